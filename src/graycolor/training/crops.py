"""Batches of crops for training on the CPU: photographs in, gray pictures and their true chroma out.

Shape and zoom change from batch to batch, so that the network learns pictures of every aspect and size. Chroma is
averaged over the blocks of the network's stride before it is rounded: that is what a position can answer for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.fast import lab_of_rgb8
from graycolor.color.lab import lightness_to_luminance, linear_to_srgb
from graycolor.data.degrade import aged, mixed_gray
from graycolor.data.store import PhotoStore

HEAD_STRIDE = 4
_MULTIPLE = 32


@dataclass(frozen=True, eq=False)
class Batch:
    """Crops for one step.

    Attributes:
        gray: (B,1,H,W) float32, the network's input, `(g - 127) / 128`.
        chroma: (B,H/4,W/4,2) float32, true ab averaged over 4x4 blocks.
    """

    gray: NDArray[np.float32]
    chroma: NDArray[np.float32]


def crop_shapes(area: int) -> list[tuple[int, int]]:
    """Shapes (H,W) in multiples of 32 near `area` pixels, from square to 2:1, both ways."""
    shapes = []
    for height in range(_MULTIPLE, 4096, _MULTIPLE):
        width = round(area / height / _MULTIPLE) * _MULTIPLE
        if width and 0.5 <= height / width <= 2:
            shapes.append((height, width))
    return shapes


class CropSampler:
    """An endless stream of batches; equal seeds give equal streams.

    Each process takes every `world`-th photograph of a common shuffled order, so an epoch sees each once.
    """

    def __init__(
        self,
        store: PhotoStore,
        *,
        batch: int,
        area: int,
        zoom: tuple[int, int],
        degraded: float,
        seed: int,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        self.store, self.batch, self.zoom, self.degraded = store, batch, zoom, degraded
        self.shapes = crop_shapes(area)
        self.rank, self.world = rank, world
        # One generator is common (order and shapes agree between processes), the other is this process's own.
        self.common = np.random.default_rng([seed, 0])
        self.own = np.random.default_rng([seed, 1, rank])

    def __iter__(self) -> Iterator[Batch]:
        order = self._order()
        while True:
            height, width = self.shapes[self.common.integers(len(self.shapes))]
            yield self._stack([self._crop(next(order), height, width) for _ in range(self.batch)])

    def _order(self) -> Iterator[int]:
        shuffles = np.random.default_rng(self.common.integers(2**63))
        while True:
            yield from shuffles.permutation(len(self.store))[self.rank :: self.world].tolist()

    def _stack(self, crops: list[tuple[NDArray[np.uint8], NDArray[np.float32]]]) -> Batch:
        gray = np.stack([gray for gray, _ in crops])[:, None].astype(np.float32)
        return Batch((gray - np.float32(127)) / np.float32(128), np.stack([chroma for _, chroma in crops]))

    def _crop(self, index: int, height: int, width: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        rgb = self._window(self.store[index], height, width)
        lab = lab_of_rgb8(rgb)
        if self.own.random() < self.degraded:
            gray = aged(mixed_gray(rgb, self.own), self.own)
        else:
            gray = gray_of_lightness(lab[..., 0])
        block = (width // HEAD_STRIDE, height // HEAD_STRIDE)
        return gray, cv2.resize(np.ascontiguousarray(lab[..., 1:]), block, interpolation=cv2.INTER_AREA)

    def _window(self, photo: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
        """A random window, mirrored half the time, as (height, width, 3)."""
        rows, columns = photo.shape[:2]
        short = math.exp(self.own.uniform(*np.log(self.zoom)))
        factor = min(min(rows, columns) / short, rows / height, columns / width)
        h, w = max(1, int(height * factor)), max(1, int(width * factor))
        top, left = self.own.integers(rows - h + 1), self.own.integers(columns - w + 1)
        window = photo[top : top + h, left : left + w]
        if self.own.random() < 0.5:
            window = np.ascontiguousarray(window[:, ::-1])
        method = cv2.INTER_AREA if factor > 1 else cv2.INTER_LINEAR
        return cv2.resize(window, (width, height), interpolation=method)


@cache
def _gray_table() -> NDArray[np.uint8]:
    return np.rint(linear_to_srgb(lightness_to_luminance(np.linspace(0, 100, 4097))) * 255).astype(np.uint8)


def gray_of_lightness(lightness: NDArray[np.float32]) -> NDArray[np.uint8]:
    """8-bit sRGB gray of a given L (0..100)."""
    return _gray_table()[np.rint(lightness * 40.96).astype(np.int32).clip(0, 4096)]
