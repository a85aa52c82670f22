"""The committed check: does the demo draw what it is told, in combinations that training never showed?

    python inference/demo/check.py --work DIR                      sample assets/demo with PyTorch and judge it
    python inference/demo/check.py --work DIR --write-prompts F    only write the prompts, for the program to draw
    python inference/demo/check.py --work DIR --pictures DIR       judge DIR/prompts.json and the PNGs it names
    python inference/demo/check.py --work DIR --train-judge 5      only train a judge, for so many minutes, with the exported Stage A
    python inference/demo/check.py --work DIR --steps-table        shares against the steps of both stages
    python inference/demo/check.py --work DIR --nearest F          12 results beside the nearest pictures of training
    python inference/demo/check.py --work DIR --from-drawings      100 drawings never seen, through the encoder and Stage B; with
                                                                   --lora F (evening.py) also how warm its light is, at --weights

prompts.json is a list of {"file", "prompt", "thing", "colour", "setting", "place"}. The judge (judge.py) has only ever
seen drawn pictures and lives in the work folder. Exits with 1 if a share is below its target.
"""

import argparse
import json
import os
import pathlib
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import torch  # noqa: E402
from diffusers.pipelines.wuerstchen import PaellaVQModel  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

import diffusion  # noqa: E402
import evening  # noqa: E402
import judge  # noqa: E402
import scenes  # noqa: E402
import semantic  # noqa: E402
import stage_a  # noqa: E402
import stage_b  # noqa: E402
import stage_c  # noqa: E402
from common import Work  # noqa: E402
from encoder import encode  # noqa: E402
from pipeline import Demo  # noqa: E402

TARGETS = {"setting": 0.99, "colour": 0.95, "place": 0.90, "thing": 0.90}
SHEET = 48  # pictures of the contact sheet
OLD = 5000  # scenes that Stage B was trained on, the first of semantic.Codes


def held_out_prompts(count, seed=9000):
    """Prompts in combinations kept out of training; a third of them thing-colour pairs never seen together."""
    rng, rows = np.random.default_rng(seed), []
    while len(rows) < count:
        s = scenes.random_scene(rng, held=True)
        pair = (s.thing, s.colour) in scenes.HELD_PAIRS
        if pair == (len(rows) % 3 == 0):
            rows.append({"file": f"{len(rows):03d}.png", "prompt": scenes.caption(rng, s, full=True),
                         **{k: getattr(s, k) for k in judge.KINDS}})
    return rows


def shares(judged, rows):
    return {k: sum(v[k] == r[k] for v, r in zip(judged, rows)) / len(rows) for k in TARGETS}


def line(name, values):
    print(f"{name:34s}" + "  ".join(f"{k} {100 * v:5.1f}%" for k, v in values.items()), flush=True)


def draw_all(demo, rows, seed=0, batch=20, by=None, **settings):
    return np.concatenate([(by or demo)([r["prompt"] for r in rows[i:i + batch]], seed=seed + i, **settings)
                           for i in range(0, len(rows), batch)])


def sheet(pictures, rows, path, columns=6):
    """A contact sheet at full size with the prompts below."""
    high, wide = 276, 258
    out = Image.new("RGB", (columns * wide, -(-len(rows) // columns) * high), "white")
    d = ImageDraw.Draw(out)
    for i, (p, r) in enumerate(zip(pictures, rows)):
        at = (i % columns * wide, i // columns * high)
        out.paste(Image.fromarray(p), at)
        text = r["prompt"]
        d.text((at[0] + 3, at[1] + 259), text if len(text) < 44 else text[:42] + "..", fill="black")
    out.save(path)


@torch.no_grad()
def probes(demo, work, count=96):
    """The wrong-word probe of Stage C and the eps-error at t = 1 of both stages, on scenes training never showed."""
    rng = np.random.default_rng(9500)
    torch.manual_seed(9500)
    picked = [scenes.random_scene(rng, held=True) for _ in range(count)]
    drawn = [scenes.draw(s) for s in picked]
    codes = torch.from_numpy(np.stack([semantic.code(s, semantic.surroundings(p)) for s, p in zip(picked, drawn)]))
    eps, t = torch.randn_like(codes), torch.full((count,), 0.8)
    a2 = diffusion.signal(t)[:, None, None, None]
    x = a2.sqrt() * codes + (1 - a2).sqrt() * eps

    def prompt(s, kind=None):
        groups = {"thing": scenes.THINGS, "colour": scenes.COLOURS, "setting": scenes.SETTINGS, "place": scenes.PLACES}
        words = {k: getattr(s, k) for k in groups}
        if kind:
            words[kind] = str(rng.choice([w for w in groups[kind] if w != words[kind]]))
        return (f"a {words['colour']} {words['thing']} {scenes.PLACE_WORDS[words['place']][0]} "
                f"{scenes.SETTING_WORDS[words['setting']][0]}")

    def error(kind=None, empty=False):
        hidden, pooled = demo.text(["" if empty else prompt(s, kind) for s in picked], 77)
        out = stage_c.call(demo.c, x, t, hidden, pooled)
        return float((((out - eps) ** 2) * (1 - a2) / a2).mean())

    right = error()
    print(f"x0-error of Stage C at t = 0.8: {right:.4f}, without a caption {error(empty=True):.4f}")
    for kind in judge.KINDS:
        print(f"  a wrong {kind} raises it by {100 * (error(kind) / right - 1):.0f}%")
    hidden, pooled = demo.text([prompt(s) for s in picked[:48]], 77)
    for r in (1.0, 0.99358326):
        one = torch.full((48,), r)
        x = 0.01 * codes[:48] + 0.99995 * eps[:48]
        c = float(((stage_c.call(demo.c, x, one, hidden, pooled) - eps[:48]) ** 2).mean())
        z = torch.stack([torch.from_numpy(p.copy()) for p in drawn[:16]]).permute(0, 3, 1, 2).float() / 255
        z = stage_a.encode(demo.a, z) / stage_a.SCALE
        e = torch.randn_like(z)
        b = stage_b.call(demo.b, 0.01 * z + 0.99995 * e, one[:16], pooled[:16], codes[:16])
        print(f"eps-error at t = 1 (r = {r}): Stage C {c:.6f}, Stage B {float(((b - e) ** 2).mean()):.6f}")


def main():
    here = pathlib.Path(__file__).resolve()
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--work", default=str(here.parent / "work"))
    p.add_argument("--model", default=str(here.parents[2] / "assets" / "demo"))
    p.add_argument("--count", type=int, default=400)
    p.add_argument("--pictures", help="judge this folder instead of sampling")
    p.add_argument("--write-prompts", metavar="FILE")
    p.add_argument("--train-judge", type=float, metavar="MINUTES", help="for a work folder that has none")
    p.add_argument("--steps-table", action="store_true", help="only the table of shares against steps")
    p.add_argument("--nearest", metavar="FILE", help="only 12 results, each beside what training showed that is nearest")
    p.add_argument("--from-drawings", action="store_true", help="only drawings, through the encoder and Stage B")
    p.add_argument("--lora", help="with --from-drawings: a LoRA of evening.py")
    p.add_argument("--weights", default="1", help="of --lora, separated by commas")
    p.add_argument("--sheet", help="where the contact sheet goes; the work folder if not given")
    p.add_argument("--brief", action="store_true", help="only the recommended settings")
    p.add_argument("--preset", help="instead of the recommended one")
    p.add_argument("--guidance", type=float)
    p.add_argument("--steps", type=int)
    p.add_argument("--decoder-steps", type=int)
    p.add_argument("--decoder-guidance", type=float)
    a = p.parse_args()
    torch.set_num_threads(1)
    rows = held_out_prompts(a.count)
    if a.write_prompts:
        pathlib.Path(a.write_prompts).write_text(json.dumps(rows, indent=1) + "\n")
        return 0
    work = Work(a.work)
    if a.train_judge:
        exported = PaellaVQModel.from_pretrained(pathlib.Path(a.model) / "vqgan", torch_dtype=torch.float32).eval()
        judge.train(work, a.train_judge, 500, 3500, exported)
        return 0
    model = judge.load(work)
    if a.pictures:
        folder = pathlib.Path(a.pictures)
        rows = json.loads((folder / "prompts.json").read_text())
        pictures = np.stack([np.asarray(Image.open(folder / r["file"]).convert("RGB")) for r in rows])
        return report(model, pictures, rows, a.sheet or work.path("sheet.png"))

    settings = json.loads((pathlib.Path(a.model) / "cascata.json").read_text())["recommended"]
    for k in ("preset", "guidance", "steps", "decoder_steps", "decoder_guidance"):
        if getattr(a, k) is not None:
            settings[k] = getattr(a, k)
    demo = Demo(a.model)
    if a.steps_table:
        return steps_table(demo, model, rows[:100], settings)
    if a.from_drawings:
        return from_drawings(demo, model, pathlib.Path(a.model), settings, a.lora, [float(w) for w in a.weights.split(",")])
    if a.nearest:
        return nearest(demo, work, rows[:12], settings, a.nearest)
    x, y = judge.drawn(np.random.default_rng(9900), 300)
    with torch.no_grad():
        out = model(x)
    line("judge on unseen drawings", {k: float((out[k].argmax(1) == y[k]).float().mean()) for k in TARGETS})
    status = report(model, draw_all(demo, rows, **settings), rows, a.sheet or work.path("sheet.png"))
    if a.brief:
        return status
    probes(demo, work)
    some = rows[:60]
    for guidance in (1.0, 2.0, 4.0, 6.0):
        line(f"guidance {guidance:g} ({len(some)} pictures)",
             shares(judge.verdicts(model, draw_all(demo, some, **{**settings, "guidance": guidance})), some))
    for preset in ("official", "comfy", "diffusers"):
        line(f"preset {preset}", shares(judge.verdicts(model, draw_all(demo, some, **{**settings, "preset": preset})),
                                        some))
    by_diffusers = draw_all(demo, some, by=demo.by_diffusers, **settings)
    line("diffusers' own pipelines", shares(judge.verdicts(model, by_diffusers), some))
    open_ended = [{"prompt": f"a {r['thing']}"} for r in rows[:40]]
    for negative in ("", "at night", "red"):
        seen = judge.verdicts(model, draw_all(demo, open_ended, negative=negative,
                                              **{**settings, "guidance": max(2.0, settings["guidance"])}))
        line(f'"a <thing>", negative "{negative}"', {"night": np.mean([v["setting"] == "night" for v in seen]),
                                                     "red": np.mean([v["colour"] == "red" for v in seen])})
    return status


def from_drawings(demo, model, path, settings, lora, weights, count=100):
    """Judges what Stage B makes of the codes that the exported encoder makes of drawings, half of them in combinations kept out of
    the other stages' training; then the same with a LoRA, and how much warmer that is."""
    encoder = load_file(path / "encoder.safetensors")
    encoder = {k: v.float() for k, v in encoder.items()}
    rng = np.random.default_rng(9700)
    seen = [scenes.random_scene(rng, held=i % 2 == 1) for i in range(count)]
    rows = [{k: getattr(s, k) for k in judge.KINDS} for s in seen]
    x = torch.stack([torch.from_numpy(scenes.draw(s).copy()) for s in seen]).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        codes = torch.cat([encode(encoder, x[i:i + 10]) for i in range(0, count, 10)])
    want = np.stack([semantic.code(s, semantic.surroundings(scenes.draw(s))) for s in seen])
    off = (codes.numpy() - want)[:, 3:5] * 2.2 * np.array([s.half for s in seen])[:, None, None, None]
    print(f"planes of the codes: {np.sqrt((off ** 2).mean()):.2f} pixels off")

    def drawn():
        _, pooled = demo.text([""], 77)
        out = [demo.pictures(codes[i:i + 10], pooled.expand(len(codes[i:i + 10]), -1, -1), None, torch.Generator().manual_seed(i),
                             settings["preset"], settings["decoder_steps"], 1.0) for i in range(0, count, 10)]
        return np.concatenate(out)

    def verdict(name, pictures):
        got = shares(judge.verdicts(model, pictures), rows)
        line(name, got)
        return min(got.values()) >= 0.95

    plain = drawn()
    good = verdict(f"{count} drawings, by the encoder", plain)
    if lora:
        down, up = (load_file(lora)[f"decoder.clf.1.lora_{k}.weight"].flatten(1) for k in "AB")
        was = demo.b.clf[1].weight.detach().clone()
    for weight in weights if lora else []:
        with torch.no_grad():
            demo.b.clf[1].weight.copy_(was + weight * (up @ down).view_as(was))
        lit = drawn()
        good &= verdict(f"the same with {pathlib.Path(lora).stem} {weight:g}", lit)
        more = evening.warmth(lit) - evening.warmth(plain)
        full = evening.warmth([(evening.light(torch.from_numpy(p).permute(2, 0, 1) / 255) * 255).permute(1, 2, 0).numpy() for p in plain])
        print(f"warmth: {evening.warmth(plain).mean():.3f} becomes {evening.warmth(lit).mean():.3f}; the light itself makes it {full.mean():.3f}; "
              f"{100 * (more > 0.02).mean():.0f}% of the pictures are warmer, by {more.min():.3f} at least")
        good &= (more > 0.02).mean() >= 0.95
    return 0 if good else 1


def steps_table(demo, model, rows, settings):
    """Prints the shares for fewer steps of Stage C, then of Stage B, the other at its recommended number."""
    for name, counts in (("steps", (4, 6, 8, 10, 14, 20)), ("decoder_steps", (2, 4, 6, 8, 10, 20))):
        for n in counts:
            pictures = draw_all(demo, rows, **{**settings, name: n})
            line(f"{name} {n} ({len(rows)} pictures)", shares(judge.verdicts(model, pictures), rows))
    return 0


def nearest(demo, work, rows, settings, path):
    """Writes a sheet: each result, the training picture nearest to it by pixels (64x64), and the one whose code is
    nearest to its code."""
    data = semantic.Codes(work)
    g = torch.Generator().manual_seed(0)
    codes, pooled, no_pooled = demo.codes([r["prompt"] for r in rows], g, settings["preset"], settings["steps"],
                                          settings["guidance"])
    made = demo.pictures(codes, pooled, no_pooled, g, settings["preset"], settings["decoder_steps"],
                         settings["decoder_guidance"])
    want = judge.shrink(made).flatten(1)
    best = [(float("inf"), None)] * len(rows)
    for i in range(OLD):
        picture = scenes.draw(data.scenes[i])
        far = ((want - judge.shrink(picture[None]).flatten(1)) ** 2).mean(1).tolist()
        best = [(d, picture) if d < b[0] else b for d, b in zip(far, best)]
    by_code = [((data.codes - c.cpu()[None]) ** 2).mean((1, 2, 3)).argmin().item() for c in codes]
    pictures, names = [], []
    for r, own, (far, near), k in zip(rows, made, best, by_code):
        s = data.scenes[k]
        pictures += [own, near, scenes.draw(s)]
        names += [r, {"prompt": f"nearest by pixels (rms {255 * far ** 0.5:.1f} of 255)"},
                  {"prompt": f"by code: {s.size} {s.colour} {s.thing}, {s.setting}"}]
    sheet(np.stack(pictures), names, path)
    return 0


def report(model, pictures, rows, path):
    got = shares(judge.verdicts(model, pictures), rows)
    line(f"{len(rows)} held-out prompts", got)
    for k, aim in TARGETS.items():
        wrong = {}
        for v, r in zip(judge.verdicts(model, pictures), rows):
            if v[k] != r[k]:
                wrong[f"{r[k]}>{v[k]}"] = wrong.get(f"{r[k]}>{v[k]}", 0) + 1
        if wrong:
            print(f"  {k}: " + ", ".join(f"{n} {w}" for w, n in sorted(wrong.items(), key=lambda q: -q[1])[:6]))
    sheet(pictures[:SHEET], rows[:SHEET], path)
    missed = [k for k, aim in TARGETS.items() if got[k] < aim]
    if missed:
        print("below target: " + ", ".join(f"{k} {100 * got[k]:.1f}% < {100 * TARGETS[k]:.0f}%" for k in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
