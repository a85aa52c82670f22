"""Writes runs.json: whole sampling runs by the official repository's gdf
package and by diffusers' scheduler, with a formula in place of the network.

Run as `python make_runs.py FOLDER` in this folder, where FOLDER holds the
official repository's gdf package (Stability-AI/StableCascade on GitHub). Made
with torch 2.8.0 and diffusers 0.35.2. Noise is torch's, from the seed given;
the formula is eps(x, r) = c tanh(x) + r/10 with c 0.8 for the conditional and
0.6 for the unconditional pass.
"""

import json
import sys
import torch
from diffusers import DDPMWuerstchenScheduler

sys.path.insert(0, sys.argv[1])
import gdf

SHAPE = [1, 4, 6, 5]


def formula(x, r, c):
    return c * torch.tanh(x) + 0.1 * r.view(-1, 1, 1, 1)


def official(seed, steps, shift, cfg, rho, eta):
    """Returns the last x0 of the sampler as the official code sets it up."""
    g = gdf.GDF(
        schedule=gdf.CosineSchedule(clamp_range=[0.0001, 0.9999]), input_scaler=gdf.VPScaler(), target=gdf.EpsilonTarget(),
        noise_cond=gdf.CosineTNoiseCond(), loss_weight=None,
    )

    def model(x, r, c):
        return formula(x, r, c.view(-1, 1, 1, 1))

    torch.manual_seed(seed)
    run = g.sample(
        model, {"c": torch.tensor([0.8])}, SHAPE, unconditional_inputs={"c": torch.tensor([0.6])} if cfg else None,
        sampler=gdf.DDPMSampler(g), timesteps=steps, cfg=cfg, cfg_rho=rho, shift=shift,
        sampler_params={"eta": eta},
    )
    return [x0 for x0, _, _ in run][-1]


def diffusers(seed, steps, decoder_steps, cfg):
    """Returns the results of two stages that share a generator; the second has no guidance."""
    generator = torch.Generator("cpu").manual_seed(seed)
    out = []
    for n, w in [(steps, cfg), (decoder_steps, None)]:
        s = DDPMWuerstchenScheduler()
        s.set_timesteps(n)
        x = torch.randn(SHAPE, generator=generator)
        for t in s.timesteps[:-1]:
            eps = formula(x, t.expand(1), 0.8)
            if w:
                eps = torch.lerp(formula(x, t.expand(1), 0.6), eps, w)
            x = s.step(eps, t.expand(1), x, generator=generator).prev_sample
        out.append(x)
    return out


runs = []
for seed, steps, shift, cfg, rho, eta in [
    (1, 20, 2, 4.0, 0.7, 1), (2, 20, 2, 4.0, 0.0, 1), (3, 10, 1, 1.1, 0.7, 1), (4, 10, 1, None, 0.0, 1), (2**32 + 5, 3, 2, 8.0, 0.7, 1),
    (6, 60, 2, 4.0, 0.7, 1), (7, 12, 3, 4.0, 0.3, 0.5), (8, 20, 1.5, 4.0, 0.7, 0), (9, 20, 0.5, None, 0.0, 0.25),
]:
    x = official(seed, steps, shift, cfg, rho, eta)
    runs.append({"kind": "official", "seed": seed, "steps": steps, "shift": shift, "cfg": cfg or 0, "rho": rho, "eta": eta, "out": x.flatten().tolist()})
for seed, steps, decoder_steps, cfg in [(1, 20, 10, 4.0), (2, 3, 2, 7.5), (2**32 + 5, 60, 12, None)]:
    c, b = diffusers(seed, steps, decoder_steps, cfg)
    runs.append({"kind": "diffusers", "seed": seed, "steps": steps, "decoder_steps": decoder_steps, "cfg": cfg or 0, "out": c.flatten().tolist(), "decoder_out": b.flatten().tolist()})

with open("runs.json", "w") as f:
    json.dump(runs, f, separators=(",", ":"))
    f.write("\n")
