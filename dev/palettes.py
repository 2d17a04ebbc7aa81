"""Writes `src/graycolor/values/palette_tables.py`: matplotlib's perceptually even maps, 256 colors of 8 bits each.

    python dev/palettes.py

The light install has no matplotlib, and a map never changes, so that the tables are part of graycolor.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np

NAMES = ("viridis", "cividis", "inferno", "magma", "plasma")
PAGE = Path(__file__).resolve().parent.parent / "src" / "graycolor" / "values" / "palette_tables.py"
HEAD = '''"""Perceptually even color maps as hexadecimal RRGGBB, 256 each; `dev/palettes.py` writes this file.

viridis, inferno, magma and plasma are by Nathaniel Smith, Stefan van der Walt and (viridis) Eric Firing, who gave them
to the public domain (CC0 1.0); cividis is by Jamie Nunez, Christopher Anderton and Ryan Renslow (PLOS ONE, 2018). All
were taken from matplotlib; see NOTICE.
"""

TABLES = {
'''
WIDTH = 17
"""Colors in a line."""


def main() -> None:
    """Writes the module."""
    PAGE.write_text(HEAD + "".join(entry(name) for name in NAMES) + "}\n", "utf-8", newline="\n")


def entry(name: str) -> str:
    """One map as an entry of the table."""
    codes = np.rint(mpl.colormaps[name](np.arange(256))[:, :3] * 255).astype(np.uint8)
    lines = (codes[start : start + WIDTH].tobytes().hex() for start in range(0, 256, WIDTH))
    return f'    "{name}": (\n' + "".join(f'        "{line}"\n' for line in lines) + "    ),\n"


if __name__ == "__main__":
    main()
