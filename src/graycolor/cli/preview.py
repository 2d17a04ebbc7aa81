"""A small picture in the terminal: before and after, by the terminal's own protocol, or of half blocks.

It goes to stderr, so that results on stdout stay what a program reads.
"""

from __future__ import annotations

import base64
import os
import shutil
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from graycolor.jobs.outcome import Views

_COLUMNS, _LINES = 100, 24
_CELL = 2
"""A terminal's cell is about so many times as high as wide."""
_CHUNK = 4096
"""Bytes of base64 that kitty takes at a time."""
_CLEARED_LINE = "\r\x1b[2K"
"""The bar's line makes room, and is drawn again below."""
_CUBE = np.array([0, 95, 135, 175, 215, 255])
"""Levels of the 6 x 6 x 6 colors that every terminal of 256 has."""


def protocol(environment: Mapping[str, str]) -> str:
    """How a terminal takes pictures, by its environment: `kitty`, `iterm2`, `truecolor`, `256` or nothing."""
    terminal, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    inside = "TMUX" in environment or terminal.startswith(("screen", "tmux"))  # which let no pictures through
    if not inside and (terminal == "xterm-kitty" or "KITTY_WINDOW_ID" in environment or program == "ghostty"):
        return "kitty"
    if not inside and (program in ("iTerm.app", "WezTerm") or environment.get("LC_TERMINAL") == "iTerm2"):
        return "iterm2"
    if terminal in ("", "dumb") or environment.get("NO_COLOR"):
        return ""
    return "truecolor" if environment.get("COLORTERM") in ("truecolor", "24bit") else "256"


def way_here() -> str:
    """How the terminal that this process talks to takes pictures; nothing where it does not, or there is none."""
    stream = sys.__stderr__
    return protocol(os.environ) if stream is not None and stream.isatty() else ""


def show(views: Views, way: str) -> None:
    """Show before and after (and every variant) side by side."""
    stream = sys.__stderr__  # a progress bar puts itself before sys.stderr and takes out what it does not know
    if stream is not None:
        stream.write(_CLEARED_LINE + as_text(side_by_side(views), way, shutil.get_terminal_size()))
        stream.flush()


def side_by_side(views: Views) -> NDArray[np.uint8]:
    """Before and all results in one row, (H,W,3) BGR."""
    pictures = [_decoded(each) for each in (views.before, *views.after)]
    gap = np.zeros((pictures[0].shape[0], 4, 3), np.uint8)
    return np.hstack([part for picture in pictures for part in (picture, gap)][:-1])


def as_text(bgr: NDArray[np.uint8], way: str, terminal: os.terminal_size) -> str:
    """What to write to a terminal so that it shows a picture (H,W,3), with a line end after it."""
    columns = _columns(bgr.shape, terminal)
    if way == "kitty":
        return _kitty(_png(bgr), columns) + "\n"
    if way == "iterm2":
        png = _png(bgr)
        content = base64.b64encode(png).decode("ascii")
        return f"\x1b]1337;File=inline=1;size={len(png)};width={columns};preserveAspectRatio=1:{content}\a\n"
    return _half_blocks(bgr, columns, truecolor=way == "truecolor")


def _columns(shape: tuple[int, ...], terminal: os.terminal_size) -> int:
    """Columns that a picture takes: what fits, and not more than a glance needs."""
    width = min(terminal.columns - 1, _COLUMNS)
    lines = max(4, min(terminal.lines - 4, _LINES))
    return max(2, min(width, round(lines * _CELL * shape[1] / shape[0])))


def _kitty(png: bytes, columns: int) -> str:
    content = base64.b64encode(png).decode("ascii")
    chunks = [content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK)]
    out = []
    for number, chunk in enumerate(chunks):
        head = f"a=T,f=100,q=2,c={columns}," if number == 0 else ""
        out.append(f"\x1b_G{head}m={int(number < len(chunks) - 1)};{chunk}\x1b\\")
    return "".join(out)


def _half_blocks(bgr: NDArray[np.uint8], columns: int, *, truecolor: bool) -> str:
    """Two pixels a cell: the upper one is the ink of a half block, the lower one its ground."""
    rows = max(1, round(columns * bgr.shape[0] / bgr.shape[1] / _CELL))
    rgb = cv2.resize(bgr, (columns, 2 * rows), interpolation=cv2.INTER_AREA)[..., ::-1]
    color = _truecolor if truecolor else _of_256
    lines = []
    for upper, lower in zip(rgb[::2].tolist(), rgb[1::2].tolist(), strict=True):
        cells = (f"\x1b[38;{color(ink)};48;{color(ground)}m▀" for ink, ground in zip(upper, lower, strict=True))
        lines.append("".join(cells) + "\x1b[0m\n")
    return "".join(lines)


def _truecolor(rgb: list[int]) -> str:
    return "2;{};{};{}".format(*rgb)


def _of_256(rgb: list[int]) -> str:
    red, green, blue = (int(np.abs(_CUBE - value).argmin()) for value in rgb)
    return f"5;{16 + 36 * red + 6 * green + blue}"


def _decoded(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def _png(bgr: NDArray[np.uint8]) -> bytes:
    return bytes(cv2.imencode(".png", bgr)[1])
