"""Draws symbols.ttf: the signs of the window that the toolkit's fonts lack and not every system has.

    pip install fonttools==4.68.0 && python assets/symbols/make.py

The text's own font follows it, so it holds these signs alone, and the space: a space keeps to the font of the sign
before it. The toolkit measures every line by the font that has the space, so it and the height of a line are as in the
text's own font, Noto Sans in all its styles. Units are thousandths of the text's size; the letters beside the signs
are 714 high.
"""

import math
import pathlib

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

STAR = (430, 345)  # its middle


def polygon(pen, points):
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()


def box(pen, left, bottom, right, top, hole=False):
    points = [(left, bottom), (left, top), (right, top), (right, bottom)]
    polygon(pen, points[::-1] if hole else points)


def star(radius, hole=False):
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    points = []
    for i in range(10):
        r, angle = (radius, inner)[i % 2], math.radians(90 - 36 * i)
        points.append((round(STAR[0] + r * math.cos(angle)), round(STAR[1] + r * math.sin(angle))))
    return points[::-1] if hole else points


def space(pen):
    pass


def filled(pen):
    polygon(pen, star(410))


def hollow(pen):
    polygon(pen, star(410))
    polygon(pen, star(270, hole=True))


def heart(pen):
    pen.moveTo((400, 0))
    pen.curveTo((230, 150), (40, 300), (40, 490))
    pen.curveTo((40, 610), (130, 700), (240, 700))
    pen.curveTo((310, 700), (370, 660), (400, 600))
    pen.curveTo((430, 660), (490, 700), (560, 700))
    pen.curveTo((670, 700), (760, 610), (760, 490))
    pen.curveTo((760, 300), (570, 150), (400, 0))
    pen.closePath()


def down(pen):
    polygon(pen, [(40, 430), (500, 430), (270, 150)])


def menu(pen):
    box(pen, 60, 0, 740, 700)
    box(pen, 120, 60, 680, 640, hole=True)
    for y in (160, 320, 480):
        box(pen, 200, y, 600, y + 60)


def minus(pen):
    box(pen, 50, 323, 522, 393)


SIGNS = {
    " ": (space, 260), "★": (filled, 860), "☆": (hollow, 860), "♥": (heart, 800),
    "▾": (down, 540), "▤": (menu, 800), "−": (minus, 572),
}
ASCENT, DESCENT = 1069, 293


def main():
    glyphs, widths, names = {".notdef": TTGlyphPen(None).glyph()}, {".notdef": (500, 0)}, {}
    for sign, (draw, width) in SIGNS.items():
        pen = TTGlyphPen(None)
        draw(Cu2QuPen(pen, 1, reverse_direction=False))
        name = f"uni{ord(sign):04X}"
        names[ord(sign)], glyphs[name] = name, pen.glyph()
        widths[name] = (width, 0)
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(list(glyphs))
    font.setupCharacterMap(names)
    font.setupGlyf(glyphs)
    bounds = font.font["glyf"]
    font.setupHorizontalMetrics({n: (w, bounds[n].xMin if hasattr(bounds[n], "xMin") else 0) for n, (w, _) in widths.items()})
    font.setupHorizontalHeader(ascent=ASCENT, descent=-DESCENT)
    font.setupOS2(sTypoAscender=ASCENT, sTypoDescender=-DESCENT, usWinAscent=ASCENT, usWinDescent=DESCENT)
    font.setupNameTable({"familyName": "Cascata Symbols", "styleName": "Regular", "copyright": "The Cascata authors, MIT licence"})
    font.setupPost()
    font.font["head"].created = font.font["head"].modified = 0
    font.font.recalcTimestamp = False
    font.save(pathlib.Path(__file__).with_name("symbols.ttf"))


main()
