"""What all stages of training share: the work folder, checkpoints that continue, averages of weights, the log."""

import copy
import json
import math
import os
import pathlib
import time

import torch

WIDTH = 128  # of the text encoder and of what it gives the UNets


class Work:
    """The folder that holds caches and checkpoints; never committed."""

    def __init__(self, folder, device="cpu"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.device = device

    def path(self, name):
        return self.folder / name

    def save(self, name, value):
        """Writes all of a file or none of it."""
        partial = self.path(name + ".partial")
        torch.save(value, partial)
        os.replace(partial, self.path(name))

    def load(self, name):
        return torch.load(self.path(name), map_location=self.device, weights_only=True)

    def has(self, name):
        return self.path(name).exists()


class Muon(torch.optim.Optimizer):
    """Momentum whose every step is a nearly orthogonal matrix (Jordan et al. 2024: five Newton-Schulz steps).

    Learns from half the samples that AdamW needs, at almost no cost. For matrices of hidden layers only.
    """

    def __init__(self, params, lr, momentum=0.95):
        super().__init__(params, dict(lr=lr, momentum=momentum))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                past = self.state[p].setdefault("momentum", torch.zeros_like(p.grad))
                past.lerp_(p.grad, 1 - group["momentum"])
                u = p.grad.lerp(past, group["momentum"]).flatten(1)
                rows, columns = u.shape
                u = u.T if rows > columns else u
                u = u / (u.norm() + 1e-7)
                for _ in range(5):
                    a = u @ u.T
                    u = 3.4445 * u + (2.0315 * a @ a - 4.775 * a) @ u
                u = u.T if rows > columns else u
                p.add_(u.reshape(p.shape), alpha=-group["lr"] * max(1, rows / columns) ** 0.5)


def hidden_matrices(model):
    """The weights that Muon trains: of Linear layers and 1x1 convolutions between the ends of a network."""
    ends = ("embedding", "clf", "head", "effnet_mapper.0", "pixels_mapper", "clip_", "mapper.weight", "mapper_")
    return [m.weight for name, m in model.named_modules()
            if (isinstance(m, torch.nn.Linear) or isinstance(m, torch.nn.Conv2d) and m.kernel_size == (1, 1))
            and not any(end in name + ".weight" for end in ends)]


class Run:
    """One training run: a model, its running average, its optimizer and how far it came.

    With a `muon` rate, Muon trains the hidden matrices and AdamW the rest.
    `minutes` is the whole budget, earlier sessions of the run included. The learning rate rises for
    `warm` steps and then falls with a cosine that ends with the budget.
    """

    def __init__(self, work, name, model, minutes, rate, warm=100, average=0.998, decay=0.01, muon=0.0):
        self.work, self.name, self.model = work, name, model
        self.seconds_budget, self.warm, self.average = minutes * 60, warm, average
        self.smooth = copy.deepcopy(model).eval().requires_grad_(False)
        matrices = hidden_matrices(model) if muon else []
        rest = [p for p in model.parameters() if not any(p is m for m in matrices)]
        self.optimizers = [torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.99), weight_decay=decay)]
        self.rates = [rate]
        if muon:
            self.optimizers.append(Muon(matrices, muon))
            self.rates.append(muon)
        self.steps = self.samples = 0
        self.seconds = 0.0
        if work.has(name + ".pt"):
            state = work.load(name + ".pt")
            model.load_state_dict(state["model"])
            self.smooth.load_state_dict(state["smooth"])
            kept = state["optimizer"]
            for optimizer, its in zip(self.optimizers, kept if isinstance(kept, list) else [kept], strict=True):
                optimizer.load_state_dict(its)
            self.steps, self.samples, self.seconds = state["steps"], state["samples"], state["seconds"]
        self._since, self._saved, self._shown, self._sums = time.time(), time.time(), time.time(), {}
        self._start = self.seconds

    @property
    def done(self):
        return self.seconds >= self.seconds_budget

    def step(self, loss, count, sync=None, keep=True, **figures):
        """Takes one optimizer step for a loss over count samples; figures are averaged into the log.

        sync, if given, is called between the gradients and the step with the seconds spent so far; it gives the
        seconds that all processes of the run agree on. Without keep nothing is logged or saved.
        """
        done = min(1.0, self.seconds / self.seconds_budget)
        part = min(1.0, (self.steps + 1) / self.warm) * (0.51 + 0.49 * math.cos(math.pi * done))
        for optimizer, rate in zip(self.optimizers, self.rates):
            for group in optimizer.param_groups:
                group["lr"] = rate * part
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        seconds = self._start + time.time() - self._since
        if sync:
            seconds = sync(seconds)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self.steps += 1
        self.samples += count
        old = min(self.average, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for a, b in zip(self.smooth.parameters(), self.model.parameters()):
                a.lerp_(b, 1 - old)
        self.seconds = seconds
        for k, v in {"loss": loss.detach(), **figures}.items():
            total, n = self._sums.get(k, (0.0, 0))
            self._sums[k] = (total + float(v), n + 1)
        if keep and time.time() - self._shown > 30:
            self._show()
        if keep and time.time() - self._saved > 120:
            self.save()

    def _show(self):
        line = {k: round(total / n, 5) for k, (total, n) in self._sums.items()}
        line.update(stage=self.name, steps=self.steps, samples=self.samples, minutes=round(self.seconds / 60, 2))
        self._sums, self._shown = {}, time.time()
        print(json.dumps(line), flush=True)
        with open(self.work.path("log.jsonl"), "a") as f:
            f.write(json.dumps(line) + "\n")

    def save(self):
        self._saved = time.time()
        self.work.save(self.name + ".pt", {
            "model": self.model.state_dict(), "smooth": self.smooth.state_dict(),
            "optimizer": [o.state_dict() for o in self.optimizers], "steps": self.steps, "samples": self.samples,
            "seconds": self.seconds})
        return self.smooth
