"""Photographs for `short`: those that somebody names, or four that come with scikit-image."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager
from pathlib import Path

from PIL import Image

from graycolor.data.store import PhotoStore
from held_out import held_out

CUT = 128
"""Pixels of the pieces that stand for photographs to train on."""


def stand_ins(folder: Path) -> Path:
    """Four photographs in color that come with scikit-image."""
    from skimage import data

    folder.mkdir()
    for take in (data.astronaut, data.chelsea, data.coffee, data.rocket):
        Image.fromarray(take()).save(folder / f"{take.__name__}.png")
    return folder


def pictures_in(folder: Path) -> list[Path]:
    """The files of a folder."""
    return sorted(folder.iterdir())


def pieces(folder: Path) -> Path:
    """The four photographs in small pieces, as if they were many."""
    (folder / "pieces").mkdir()
    for photo in pictures_in(stand_ins(folder / "whole")):
        with Image.open(photo) as image:
            for top in range(0, image.height - CUT + 1, CUT):
                for left in range(0, image.width - CUT + 1, CUT):
                    piece = image.crop((left, top, left + CUT, top + CUT))
                    piece.save(folder / "pieces" / f"{photo.stem}-{top}-{left}.png")
    return folder / "pieces"


def photographs(a: argparse.Namespace, folder: Path) -> Path:
    """Those that were named, or the stand-ins."""
    return a.photographs or stand_ins(folder / "photographs")


def photographs_of(a: argparse.Namespace, folder: Path) -> AbstractContextManager[tuple[PhotoStore, list[int]]]:
    """A store of them, and the numbers of those that are not left out."""
    return held_out(argparse.Namespace(photographs=[photographs(a, folder)], leave_out=a.leave_out))
