"""Photographs whose colors are known, chosen the same way by every benchmark that judges with them."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graycolor.data.store import PhotoStore, build_store, photos_in


def arguments(description: str | None, count: int) -> argparse.ArgumentParser:
    """What these benchmarks have in common on the command line."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path, nargs="+", help="tars or folders")
    parser.add_argument("--count", type=int, default=count)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--leave-out", nargs="*", default=[], help="sources, by how their names begin")
    return parser


@contextmanager
def held_out(a: argparse.Namespace) -> Iterator[tuple[PhotoStore, list[int]]]:
    """The photographs decoded, and the numbers of those that are not left out."""
    with tempfile.TemporaryDirectory() as folder:
        store = build_store(Path(folder) / "photographs", photos_in(a.photographs), max_side=10_000)
        yield store, [index for index, name in enumerate(store.names) if name.split("-")[0] not in a.leave_out]


def spread(kept: list[int], count: int) -> NDArray:
    """As many numbers as wanted, evenly over all."""
    return np.array(kept)[np.linspace(0, len(kept) - 1, min(count, len(kept))).astype(int)]
