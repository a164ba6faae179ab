#!/usr/bin/env python3
"""Makes the font that ships with the program: a subset of Noto Sans CJK SC.

usage: subset.py NotoSansCJK-Medium.ttc

Kept: GB 2312 (levels 1 and 2), ASCII, Latin-1, the marks of pictures, and every character of seeds/
and templates/. Needs fontTools. Writes the font beside this file.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FAMILY = "Noto Sans CJK SC"
OUT = HERE / "NotoSansCJKsc-Medium-subset.otf"


def gb2312():
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                pass


def wanted():
    text = set(gb2312())
    text.update(map(chr, range(0x20, 0x7F)))
    text.update(map(chr, range(0xA0, 0x100)))
    text.update("–—‘’“”…‰←↑→↓▲▼■□●○◆△▽★☆√×÷±≥≤≠≈·•")
    for folder in ("seeds", "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file():
                text.update(path.read_text(encoding="utf-8"))
    return {ord(c) for c in text if ord(c) >= 0x20}


def main():
    faces = TTCollection(sys.argv[1]).fonts
    font = next(face for face in faces if face["name"].getDebugName(1).startswith(FAMILY))
    options = subset.Options()
    options.hinting = False
    options.desubroutinize = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG", "GPOS", "GSUB"]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    subset.save_font(font, str(OUT), options)
    lacking = sorted(chr(c) for c in wanted() - set(font.getBestCmap()))
    print(f"{OUT.name}: {OUT.stat().st_size} bytes, {len(font.getBestCmap())} characters")
    print("no glyph in the source for:", " ".join(lacking) or "none")


main()
