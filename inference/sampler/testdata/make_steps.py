"""Writes steps.json: steps of diffusers' DDPMWuerstchenScheduler in float32,
and guided predictions as the official code computes them.

Run as `python make_steps.py` in this folder. Made with torch 2.8.0 and
diffusers 0.35.2. A run has N steps; each records the scheduler's time t, the
inputs x, eps and z (8 values each) and the x that comes out.
"""

import json
import torch
import diffusers.schedulers.scheduling_ddpm_wuerstchen as ddpm

generator = torch.Generator("cpu").manual_seed(7)
runs = []
for steps in [1, 2, 3, 4, 7, 10, 12, 20, 31, 60]:
    scheduler = ddpm.DDPMWuerstchenScheduler()
    scheduler.set_timesteps(steps)
    rows = []
    x = torch.randn(1, 8, generator=generator)
    for t in scheduler.timesteps[:-1]:
        eps = torch.randn(1, 8, generator=generator)
        z = torch.randn(1, 8, generator=generator)
        ddpm.randn_tensor = lambda *a, z=z, **k: z
        after = scheduler.step(eps, t.expand(1), x).prev_sample
        rows.append({"t": t.item(), "x": x[0].tolist(), "eps": eps[0].tolist(), "z": z[0].tolist(), "next": after[0].tolist()})
        x = after
    runs.append(rows)

guides = []
for w, rho in [(4.0, 0.0), (1.1, 0.0), (4.0, 0.7), (1.1, 0.7), (7.5, 1.0)]:
    cond = torch.randn(24, generator=generator)
    uncond = torch.randn(24, generator=generator)
    out = torch.lerp(uncond, cond, w)
    if rho > 0:
        out = rho * (out * cond.std() / (out.std() + 1e-9)) + out * (1 - rho)
    guides.append({"w": w, "rho": rho, "cond": cond.tolist(), "uncond": uncond.tolist(), "out": out.tolist()})

with open("steps.json", "w") as f:
    json.dump({"runs": runs, "guides": guides}, f, separators=(",", ":"))
    f.write("\n")
