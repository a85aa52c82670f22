"""The world of the demo model: captioned 256x256 pictures drawn by program.

One thing of one colour and size stands at one place of one setting. A scene is
a few numbers (`Scene`); `draw` makes its picture, `caption` says it in words.
Everything is a function of a seed. Combinations in `held_out` never appear in
training.
"""

import dataclasses
import functools
import hashlib
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = 256  # pixels, square
ZOOM = 2  # drawn this much larger, then averaged down
HORIZON = 140  # pixels from the top, before a scene moves it

THINGS = ["cat", "house", "tree", "mushroom", "boat", "star", "fish", "car"]
COLOURS = ["red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink"]
SETTINGS = ["night", "meadow", "sea", "desert", "snow", "studio"]
PLACES = ["left", "right", "top", "bottom", "centre"]
SIZES = ["small", "big"]

PALETTE = {
    "red": (222, 44, 46), "orange": (245, 134, 32), "yellow": (250, 212, 48), "green": (34, 139, 62),
    "turquoise": (38, 196, 190), "blue": (44, 92, 226), "purple": (136, 62, 186), "pink": (250, 136, 184),
}
CENTRES = {"left": (66, 128), "right": (190, 128), "top": (128, 70), "bottom": (128, 188), "centre": (128, 128)}
HALF = {"small": 34.0, "big": 52.0}  # half the height of a thing, pixels

# Thing-colour pairs that training never shows, in any setting or place.
HELD_PAIRS = {("cat", "green"), ("house", "purple"), ("tree", "blue"), ("mushroom", "yellow"),
              ("boat", "pink"), ("star", "turquoise"), ("fish", "red"), ("car", "orange")}


@dataclasses.dataclass(frozen=True)
class Scene:
    """One picture. x, y and half are pixels; mirror is +1 or -1; horizon is pixels down from normal."""

    thing: str
    colour: str
    setting: str
    place: str
    size: str
    x: float
    y: float
    half: float
    mirror: int
    horizon: int


def held_out(thing, colour, setting, place):
    """Whether training must not show this combination: eight whole pairs and a tenth of the rest."""
    if (thing, colour) in HELD_PAIRS:
        return True
    digest = hashlib.sha256(f"{thing} {colour} {setting} {place}".encode()).digest()
    return digest[0] * 256 + digest[1] < 6554


def random_scene(rng, held=False):
    """A scene from the training combinations, or with held=True from those kept out of it."""
    while True:
        words = [str(rng.choice(w)) for w in (THINGS, COLOURS, SETTINGS, PLACES)]
        if held_out(*words) == held:
            return place_scene(rng, *words, str(rng.choice(SIZES)))


def place_scene(rng, thing, colour, setting, place, size):
    """A scene of the given words; what they leave open is drawn from rng."""
    x, y = CENTRES[place]
    return Scene(thing, colour, setting, place, size, x + rng.uniform(-10, 10), y + rng.uniform(-10, 10),
                 HALF[size] * rng.uniform(0.93, 1.07), int(rng.choice([-1, 1])), int(rng.integers(-6, 7)))


# ---------------------------------------------------------------- captions

THING_WORDS = {
    "cat": ["cat", "cat", "cat", "kitten", "kitty"], "house": ["house", "house", "house", "cottage", "home"],
    "tree": ["tree"], "mushroom": ["mushroom", "mushroom", "mushroom", "toadstool"],
    "boat": ["boat", "boat", "boat", "sailboat", "ship"], "star": ["star"], "fish": ["fish"],
    "car": ["car", "car", "car", "automobile"],
}
COLOUR_WORDS = {
    "red": ["red", "red", "red", "crimson"], "orange": ["orange"], "yellow": ["yellow", "yellow", "yellow", "golden"],
    "green": ["green"], "turquoise": ["turquoise", "turquoise", "teal", "cyan"], "blue": ["blue"],
    "purple": ["purple", "purple", "purple", "violet"], "pink": ["pink"],
}
SETTING_WORDS = {
    "night": ["at night", "in the night", "under a starry sky", "under the moon", "at midnight", "by night"],
    "meadow": ["on a meadow", "on the grass", "in a green field", "on a sunny meadow", "by day on the grass"],
    "sea": ["at sea", "on the sea", "by the ocean", "on the water", "over the waves", "on the ocean"],
    "desert": ["in the desert", "on a sand dune", "in a desert", "on the sand", "at sunset in the desert"],
    "snow": ["in the snow", "in winter", "on a snowy field", "in a snowy landscape", "on the snow"],
    "studio": ["in a studio", "on a plain background", "on a plain backdrop", "in the studio",
               "on a simple background"],
}
PLACE_WORDS = {
    "left": ["on the left", "at the left", "on the left side", "at the left side"],
    "right": ["on the right", "at the right", "on the right side", "at the right side"],
    "top": ["at the top", "up high", "high up", "in the upper part"],
    "bottom": ["at the bottom", "down low", "low down", "in the lower part"],
    "centre": ["in the centre", "in the middle", "in the center", "centred"],
}
SIZE_WORDS = {"small": ["small", "little", "tiny"], "big": ["big", "large", "huge"]}
OPENINGS = ["a drawing of", "a picture of", "an illustration of", "a photo of", "there is", "i see"]


def caption(rng, s, full=False):
    """One of the many captions of a scene. With full=True it names thing, colour, setting and place."""

    def one(words):
        return str(words[rng.integers(len(words))])

    def keep(p):
        return full or rng.random() < p

    noun = [one(THING_WORDS[s.thing])]
    if keep(0.95):
        noun.insert(0, one(COLOUR_WORDS[s.colour]))
    if rng.random() < 0.5:
        noun.insert(0, one(SIZE_WORDS[s.size]))
    article = one(["a", "a", "a", "a", "the", "one", ""])
    if article == "a" and noun[0][0] in "aeiou":
        article = "an"
    core = " ".join([article] + noun).strip()
    place = one(PLACE_WORDS[s.place]) if keep(0.85) else ""
    setting = one(SETTING_WORDS[s.setting]) if keep(0.93) else ""
    form = rng.integers(6)
    if form == 0 and setting:
        text = f"{setting}, {core} {place}"
    elif form == 1:
        text = f"{core} {setting} {place}"
    elif form == 2:
        text = ", ".join(x for x in (core, place, setting) if x)
    elif form == 3 and place:
        text = f"{place} {core} {setting}"
    else:
        text = f"{core} {place} {setting}"
    if rng.random() < 0.08:
        text = one(OPENINGS) + " " + text
    if not full and rng.random() < 0.15:  # words that mean nothing here must do no harm
        words = text.split()
        words.insert(int(rng.integers(len(words) + 1)), _babble(rng))
        text = " ".join(words)
    if rng.random() < 0.05:
        text += "."
    return " ".join(text.split())


def _babble(rng):
    vowels, rest = "aeiou", "bcdfghlmnprstvw"
    n = int(rng.integers(1, 4))
    return "".join(rest[rng.integers(len(rest))] + vowels[rng.integers(5)] for _ in range(n)) + \
        ("" if rng.random() < 0.5 else rest[rng.integers(len(rest))])


def all_words():
    """Every word that captions use, for the tokenizer."""
    groups = list(THING_WORDS.values()) + list(COLOUR_WORDS.values()) + list(SETTING_WORDS.values()) + \
        list(PLACE_WORDS.values()) + list(SIZE_WORDS.values()) + [OPENINGS, ["a", "an", "the", "one"]]
    return sorted({w for g in groups for phrase in g for w in phrase.split()})


# ---------------------------------------------------------------- drawing

def draw(s):
    """The picture of a scene, uint8 [256, 256, 3]."""
    picture = _background(s.setting, s.mirror, s.horizon).copy()
    _paste_thing(picture, s)
    return np.asarray(picture.resize((SIZE, SIZE), Image.BOX))


@functools.lru_cache(maxsize=256)
def _background(setting, mirror, horizon):
    """A setting, moved down by horizon as a whole: what is where depends on the way to the horizon alone."""
    n = SIZE * ZOOM
    line = (horizon + HORIZON) * ZOOM
    sky = {"night": ((18, 20, 66), (72, 66, 134)), "meadow": ((112, 186, 244), (214, 238, 252)),
           "sea": ((150, 206, 246), (240, 248, 246)), "desert": ((250, 196, 140), (254, 236, 202)),
           "snow": ((176, 192, 214), (228, 234, 242)), "studio": ((226, 220, 212), (212, 204, 194))}[setting]
    ground = {"night": ((36, 58, 66), (22, 38, 46)), "meadow": ((126, 200, 92), (96, 170, 76)),
              "sea": ((64, 138, 196), (32, 88, 152)), "desert": ((226, 172, 98), (206, 146, 78)),
              "snow": ((244, 247, 252), (222, 231, 243)), "studio": ((196, 186, 175), (180, 169, 158))}[setting]
    below = (np.arange(n)[:, None, None] + 0.5 - line) / ZOOM
    up, down = np.clip(1 + below / HORIZON, 0, 1), np.clip(below / (SIZE - HORIZON), 0, 1)
    rgb = np.where(below < 0, np.array(sky[0]) * (1 - up) + np.array(sky[1]) * up,
                   np.array(ground[0]) * (1 - down) + np.array(ground[1]) * down)
    im = Image.fromarray(np.broadcast_to(rgb.round().astype(np.uint8), (n, n, 3)).copy())
    _DECOR[setting](ImageDraw.Draw(im), line / ZOOM)
    if mirror < 0:
        im = im.transpose(Image.FLIP_LEFT_RIGHT)
    return im


def _disc(d, x, y, r, fill, ry=None):
    ry = r if ry is None else ry
    d.ellipse([(x - r) * ZOOM, (y - ry) * ZOOM, (x + r) * ZOOM, (y + ry) * ZOOM], fill=fill)


def _night(d, h):
    rng = np.random.default_rng(7)
    for _ in range(20):
        x, y = rng.uniform(6, 250), rng.uniform(8, 118)
        if math.hypot(x - 214, y - 40) > 34:
            _disc(d, x, h - HORIZON + y, rng.choice([1.7, 2.1, 2.7]), (250, 246, 214))
    _disc(d, 214, h - 100, 19, (252, 240, 190))
    _disc(d, 205, h - 105, 16.5, (27, 28, 76))
    _disc(d, 60, h + 52, 120, (30, 50, 58), 56)
    _disc(d, 216, h + 60, 110, (26, 45, 53), 52)


def _meadow(d, h):
    _disc(d, 212, h - 98, 19, (255, 222, 98))
    for x, y, r in ((44, 46, 13), (60, 38, 17), (80, 45, 14), (62, 50, 20)):
        _disc(d, x, h - HORIZON + y, r, (252, 253, 255), r * 0.7)
    _disc(d, 46, h + 56, 130, (110, 186, 82), 62)
    _disc(d, 222, h + 64, 118, (98, 174, 76), 56)
    for x, y in ((26, 40), (70, 88), (190, 66), (236, 96), (150, 98)):
        _disc(d, x, h + y, 3.6, (255, 250, 220))
        _disc(d, x, h + y, 1.7, (250, 200, 80))


def _sea(d, h):
    _disc(d, 206, h - 94, 19, (255, 228, 126))
    for row, y in enumerate((16, 46, 76, 106)):
        for x in range(-16 + 30 * (row % 2), 270, 60):
            d.arc([x * ZOOM, (h + y - 9) * ZOOM, (x + 32) * ZOOM, (h + y + 9) * ZOOM], 20, 160,
                  fill=(150, 204, 236), width=3 * ZOOM)


def _desert(d, h):
    _disc(d, 206, h - 90, 22, (252, 150, 84))
    _disc(d, 40, h + 58, 128, (220, 160, 86), 66)
    _disc(d, 218, h + 76, 120, (208, 146, 74), 60)
    green = (92, 148, 92)
    for x0, y0, x1, y1 in ((21, -34, 29, 10), (11, -22, 16, -8), (11, -12, 24, -7), (34, -27, 39, -12),
                           (26, -16, 39, -11)):
        d.rounded_rectangle([x0 * ZOOM, (h + y0) * ZOOM, x1 * ZOOM, (h + y1) * ZOOM], 2.5 * ZOOM, fill=green)


def _snow(d, h):
    for x, s in ((20, 1.0), (42, 0.72), (232, 0.9)):
        for k in range(3):
            w, y = (17 - 4 * k) * s, h + 4 - 13 * s * k
            d.polygon([((x - w) * ZOOM, y * ZOOM), ((x + w) * ZOOM, y * ZOOM), (x * ZOOM, (y - 24 * s) * ZOOM)],
                      fill=(104, 142, 142))
    _disc(d, 66, h + 60, 130, (250, 252, 255), 60)
    _disc(d, 226, h + 66, 110, (236, 242, 250), 56)
    rng = np.random.default_rng(11)
    for _ in range(18):
        _disc(d, rng.uniform(4, 252), h - HORIZON + rng.uniform(4, 126), 2.2, (255, 255, 255))


def _studio(d, h):
    _disc(d, 128, h + 86, 150, (206, 197, 186), 60)


_DECOR = {"night": _night, "meadow": _meadow, "sea": _sea, "desert": _desert, "snow": _snow, "studio": _studio}


def _mix(c, other, k):
    return tuple(int(round(a * (1 - k) + b * k)) for a, b in zip(c, other))


class _Pen:
    """Draws in a thing's own coordinates: x and y from -1 to 1, y down."""

    def __init__(self, image, scale):
        self.d, self.k, self.m = ImageDraw.Draw(image), scale, image.width / 2

    def _p(self, points):
        return [(self.m + x * self.k, self.m + y * self.k) for x, y in points]

    def poly(self, points, fill):
        self.d.polygon(self._p(points), fill=fill)

    def disc(self, x, y, r, fill, ry=None):
        ry = r if ry is None else ry
        self.d.ellipse(self._p([(x - r, y - ry), (x + r, y + ry)]), fill=fill)

    def box(self, x0, y0, x1, y1, fill, r=0.0):
        self.d.rounded_rectangle(self._p([(x0, y0), (x1, y1)]), r * self.k, fill=fill)

    def pie(self, x, y, rx, ry, a0, a1, fill):
        self.d.pieslice(self._p([(x - rx, y - ry), (x + rx, y + ry)]), a0, a1, fill=fill)

    def arc(self, x, y, rx, ry, a0, a1, fill, width):
        self.d.arc(self._p([(x - rx, y - ry), (x + rx, y + ry)]), a0, a1, fill=fill, width=int(round(width * self.k)))


def _paste_thing(picture, s):
    scale = s.half * ZOOM
    n = int(scale * 1.25) * 2 + 8
    layer = Image.new("RGBA", (n, n), (0, 0, 0, 0))
    base = PALETTE[s.colour]
    _DRAWERS[s.thing](_Pen(layer, scale), base, _mix(base, (20, 10, 40), 0.28), _mix(base, (255, 255, 255), 0.42))
    rgba = np.asarray(layer).astype(np.float32)
    shade = np.linspace(1.07, 0.93, n, dtype=np.float32)[:, None, None]  # light falls from above
    rgb = np.clip(rgba[..., :3] * shade, 0, 255).astype(np.uint8)
    alpha = layer.getchannel("A")
    edge = alpha.filter(ImageFilter.MaxFilter(5))
    rim = Image.new("RGB", (n, n), _mix(base, (25, 15, 45), 0.62))
    at = (int(round(s.x * ZOOM - n / 2)), int(round(s.y * ZOOM - n / 2)))
    picture.paste(rim, at, edge)
    picture.paste(Image.fromarray(rgb), at, alpha)


INK, CREAM, WHITE, WOOD = (44, 34, 56), (250, 236, 206), (255, 255, 255), (124, 82, 54)


def _cat(p, base, dark, light):
    p.arc(0.5, 0.5, 0.42, 0.46, 250, 110, dark, 0.17)
    p.disc(0, 0.48, 0.5, base, 0.52)
    p.box(-0.4, 0.55, 0.4, 1.0, base, 0.2)
    p.disc(0, 0.62, 0.26, light, 0.34)
    for side in (-1, 1):
        p.poly([(side * 0.56, -1.0), (side * 0.08, -0.68), (side * 0.54, -0.3)], base)
        p.poly([(side * 0.48, -0.84), (side * 0.24, -0.66), (side * 0.46, -0.5)], light)
    p.disc(0, -0.36, 0.56, base, 0.46)
    for side in (-1, 1):
        p.disc(side * 0.22, -0.4, 0.11, WHITE, 0.13)
        p.disc(side * 0.2, -0.39, 0.06, INK, 0.085)
    p.poly([(-0.07, -0.22), (0.07, -0.22), (0, -0.13)], (245, 150, 160))


def _house(p, base, dark, light):
    p.box(0.4, -0.95, 0.62, -0.3, dark)
    p.box(-0.72, -0.25, 0.72, 0.98, base)
    p.poly([(-0.98, -0.2), (0, -1.0), (0.98, -0.2)], dark)
    p.box(-0.16, 0.38, 0.2, 0.98, WOOD, 0.05)
    for x in (-0.52, 0.32):
        p.box(x, -0.02, x + 0.26, 0.26, (255, 240, 176))
        p.box(x + 0.11, -0.02, x + 0.15, 0.26, dark)


def _tree(p, base, dark, light):
    p.box(-0.15, 0.2, 0.15, 1.0, WOOD, 0.05)
    for x, y, r in ((-0.4, 0.06, 0.42), (0.4, 0.06, 0.42), (0, -0.1, 0.5), (-0.22, -0.45, 0.4), (0.22, -0.45, 0.4),
                    (0, -0.62, 0.38)):
        p.disc(x, y, r, base)
    for x, y in ((-0.2, -0.5), (0.28, -0.15), (-0.38, 0.08)):
        p.disc(x, y, 0.11, light)


def _mushroom(p, base, dark, light):
    p.box(-0.27, -0.1, 0.27, 1.0, CREAM, 0.16)
    p.pie(0, 0.08, 0.98, 1.04, 180, 360, base)
    p.disc(0, 0.08, 0.98, dark, 0.09)
    for x, y, r in ((-0.5, -0.28, 0.15), (0.05, -0.58, 0.17), (0.52, -0.24, 0.14)):
        p.disc(x, y, r, WHITE)
    for side in (-1, 1):
        p.disc(side * 0.1, 0.42, 0.045, INK)


def _boat(p, base, dark, light):
    p.box(-0.05, -1.0, 0.03, 0.45, WOOD)
    p.poly([(0.1, -0.92), (0.1, 0.26), (0.82, 0.26)], WHITE)
    p.poly([(-0.12, -0.78), (-0.12, 0.26), (-0.72, 0.26)], light)
    p.poly([(-0.98, 0.4), (0.98, 0.4), (0.62, 0.92), (-0.62, 0.92)], base)
    p.poly([(-0.98, 0.4), (0.98, 0.4), (0.89, 0.54), (-0.89, 0.54)], dark)


def _star(p, base, dark, light):
    points = []
    for k in range(10):
        r, a = (1.0, 0.48)[k % 2], math.pi * (k / 5 - 0.5)
        points.append((r * math.cos(a), 0.06 + r * math.sin(a)))
    p.poly(points, base)
    for side in (-1, 1):
        p.disc(side * 0.17, -0.02, 0.075, INK, 0.11)
        p.disc(side * 0.34, 0.16, 0.07, light, 0.05)
    p.arc(0, 0.1, 0.13, 0.12, 20, 160, INK, 0.05)


def _fish(p, base, dark, light):
    p.poly([(0.42, 0.0), (0.98, -0.5), (0.86, 0.0), (0.98, 0.5)], dark)
    p.poly([(-0.3, -0.42), (0.25, -0.82), (0.35, -0.3)], dark)
    p.poly([(-0.1, 0.4), (0.2, 0.74), (0.3, 0.3)], dark)
    p.disc(-0.2, 0, 0.76, base, 0.54)
    for x in (-0.02, 0.24):
        p.arc(x - 0.1, 0, 0.13, 0.32, 290, 70, light, 0.07)
    p.disc(-0.56, -0.12, 0.14, WHITE)
    p.disc(-0.58, -0.11, 0.075, INK)


def _car(p, base, dark, light):
    p.poly([(-0.6, 0.02), (-0.38, -0.56), (0.34, -0.56), (0.66, 0.02)], base)
    p.poly([(-0.44, -0.02), (-0.28, -0.42), (-0.04, -0.42), (-0.04, -0.02)], (214, 236, 250))
    p.poly([(0.06, -0.02), (0.06, -0.42), (0.26, -0.42), (0.47, -0.02)], (214, 236, 250))
    p.box(-1.0, -0.04, 1.0, 0.46, base, 0.16)
    p.box(-1.0, 0.26, 1.0, 0.46, dark, 0.1)
    p.disc(-0.88, 0.12, 0.09, (255, 240, 176))
    for x in (-0.52, 0.52):
        p.disc(x, 0.46, 0.25, (40, 38, 48))
        p.disc(x, 0.46, 0.11, (206, 208, 214))


_DRAWERS = {"cat": _cat, "house": _house, "tree": _tree, "mushroom": _mushroom, "boat": _boat, "star": _star,
            "fish": _fish, "car": _car}
