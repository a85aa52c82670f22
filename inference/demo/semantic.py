"""The semantic code: what Stage C makes and Stage B reads, 16 numbers in each of 6x6 cells.

The code is written down from the labels of a drawing, not learned: in every cell it says what the thing is and where it
lies from here, what the setting is and where in it this is. Stage B resizes the code bilinearly with aligned corners,
which is exact for the constant and linear fields used here, so that each of its tokens knows its own place in the
thing's coordinates and in the setting's.

    0-2    colour of the picture around the cell (blurred)
    3-4    from the thing's centre to the cell, right and down, in units of the thing's half height
    5      right of the picture's middle, or left of it where the setting is mirrored, in units of 75 pixels
    6-8    the thing's colour
    9-12   the thing
    13-15  the setting, as one of six points around a circle across (1, 1, 1); along it, the way down from the horizon
"""

import numpy as np
import torch

import scenes

CHANNELS, CELLS = 16, 6
AT = 4 + 49.6 * np.arange(CELLS)  # pixel positions of the cells' centres in Stage B's aligned-corner resize
UNIT = 75  # pixels, of places in the setting

_PALETTE = np.array([scenes.PALETTE[c] for c in scenes.COLOURS]) / 255
_COLOUR = (_PALETTE - _PALETTE.mean(0)) / _PALETTE.std(0)
THING_CODES = np.array([[1 - 2 * (k >> b & 1) for b in range(3)] for k in range(8)])
# three bits and their parity, as -1 and 1: any two things differ in two places
THING_CODES = np.concatenate([THING_CODES, THING_CODES.prod(1, keepdims=True)], 1).astype(float)
_SETTING = np.concatenate([np.eye(3), -np.eye(3)])
SETTING_CODES = 2 * (_SETTING - _SETTING.mean(1, keepdims=True)) * 1.5 ** 0.5

_TOKENS = 8 * np.arange(32) + 4
_BLUR = np.exp(-0.5 * ((AT[:, None] - _TOKENS[None]) / 20.0) ** 2)
_BLUR /= _BLUR.sum(1, keepdims=True)


def surroundings(picture):
    """Channels 0-2 of a picture, [3, 6, 6]."""
    small = picture.reshape(32, 8, 32, 8, 3).astype(np.float32).mean((1, 3)) / 255
    rgb = np.einsum("iy,jx,yxc->cij", _BLUR, _BLUR, small)
    return ((rgb - 0.58) / 0.27).astype(np.float32)


def code(scene, around):
    """The code of a scene, float32 [16, 6, 6]; around is `surroundings` of its picture."""
    z = np.empty((CHANNELS, CELLS, CELLS), np.float32)
    z[0:3] = around
    z[3] = (AT[None, :] - scene.x) / scene.half / 2.2
    z[4] = (AT[:, None] - scene.y) / scene.half / 2.2
    z[5] = scene.mirror * (AT - scenes.SIZE / 2)[None, :] / UNIT
    z[6:9] = _COLOUR[scenes.COLOURS.index(scene.colour)][:, None, None]
    z[9:13] = THING_CODES[scenes.THINGS.index(scene.thing)][:, None, None]
    z[13:16] = SETTING_CODES[scenes.SETTINGS.index(scene.setting)][:, None, None]
    z[13:16] += 0.7 * (AT - scenes.HORIZON - scene.horizon)[None, :, None] / UNIT
    return z


class Codes:
    """A cache of training scenes and their codes."""

    NAME = "codes.pt"

    def __init__(self, work, count=16000, seed=3000):
        if not work.has(self.NAME):
            rng = np.random.default_rng(seed)
            rows, codes = [], []
            for _ in range(count):
                s = scenes.random_scene(rng)
                codes.append(code(s, surroundings(scenes.draw(s))))
                rows.append([scenes.THINGS.index(s.thing), scenes.COLOURS.index(s.colour),
                             scenes.SETTINGS.index(s.setting), scenes.PLACES.index(s.place),
                             scenes.SIZES.index(s.size), s.x, s.y, s.half, s.mirror, s.horizon])
            work.save(self.NAME, {"rows": torch.tensor(rows, dtype=torch.float64),
                                  "codes": torch.from_numpy(np.stack(codes))})
        kept = work.load(self.NAME)
        self.codes = kept["codes"]
        self.scenes = [self._scene(r) for r in kept["rows"].tolist()]

    @staticmethod
    def _scene(r):
        k = [int(v) for v in r[:5]]
        return scenes.Scene(scenes.THINGS[k[0]], scenes.COLOURS[k[1]], scenes.SETTINGS[k[2]], scenes.PLACES[k[3]],
                            scenes.SIZES[k[4]], r[5], r[6], r[7], int(r[8]), int(r[9]))
