"""Quantisation tables of JPEG: how fine a table is, and the chroma table that goes with a luma table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

ZIGZAG = (
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
)  # fmt: skip
"""Place, row by row, of each value in zigzag order (ITU-T T.81, figure A.6)."""
# ITU-T T.81, tables K.1 and K.2, row by row.
_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
_CHROMA = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
) + (99,) * 32  # fmt: skip


def coarseness(luma: Sequence[int]) -> float:
    """How many times coarser than T.81's example a luma table (64, any order) is: 0.2 at Pillow's quality 90."""
    return sum(luma) / sum(_LUMA)


def coarseness_of_quality(quality: int) -> float:
    """The same for the usual scale of 1..100, by libjpeg's rule."""
    return 50 / max(quality, 1) if quality < 50 else 2 - quality / 50


def chroma_table_for(luma: Sequence[int], quality: int | None = None) -> tuple[int, ...]:
    """T.81's chroma table in zigzag order, scaled as the luma table is, or by `quality`.

    Values are at most 255, as baseline JPEG wants.
    """
    return _scaled_chroma(coarseness(luma) if quality is None else coarseness_of_quality(quality))


@lru_cache
def _scaled_chroma(scale: float) -> tuple[int, ...]:
    return tuple(min(255, max(1, round(_CHROMA[place] * scale))) for place in ZIGZAG)


def zigzag(rows: Sequence[int]) -> tuple[int, ...]:
    """A table as Pillow has it, row by row, in zigzag order as files have it."""
    return tuple(rows[place] for place in ZIGZAG)


def row_by_row(zigzag: Sequence[int]) -> list[int]:
    """A table in zigzag order as Pillow wants it: row by row."""
    rows = [0] * 64
    for place, value in zip(ZIGZAG, zigzag, strict=True):
        rows[place] = value
    return rows
