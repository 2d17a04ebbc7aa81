"""Batches of crops for training on the CPU: photographs in, gray pictures and their true chroma out.

Shape and zoom change from batch to batch, so that the network learns pictures of every aspect and size. Every batch
follows from the seed, the epoch and its number alone: a run can stop and go on, and several processes share one
batch, without anybody carrying a generator's state.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lab import lightness_to_luminance, linear_to_srgb
from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.data.degrade import aged, mixed_gray
from graycolor.data.relight import drawn_light, relit_lab
from graycolor.data.store import PhotoStore
from graycolor.network.working_picture import scaled
from graycolor.training.config import TrainConfig

_MULTIPLE = 32
_ORDER, _SHAPE, CROP = range(3)
"""What a generator is for; part of its seed, so that no two draw the same numbers."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Crops for one step.

    Attributes:
        gray: (B,1,H,W) float32, the network's input, `(g - 127) / 128`.
        chroma: (B,h,w,2) float32, true ab averaged over the blocks of the network's stride.
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


class CropBatches:
    """The batches of a run, for one process of `world`: each takes its part of a common batch."""

    def __init__(self, store: PhotoStore, config: TrainConfig, stride: int, rank: int = 0, world: int = 1) -> None:
        self.store, self.config, self.stride = store, config, stride
        self.rank, self.world = rank, world
        self.shapes = [config.crop] if config.crop else crop_shapes(config.area)

    def __len__(self) -> int:
        """Steps in an epoch; photographs that fill no whole batch wait for the next one's order."""
        return max(1, len(self.store) // self.config.batch)

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        """Batches `first`.. of an epoch; the next one is made while the last is in use."""
        with ThreadPoolExecutor(1, "graycolor-crops") as pool:
            coming = pool.submit(self.batch, epoch, first)
            for number in range(first, len(self)):
                batch = coming.result()
                if number + 1 < len(self):
                    coming = pool.submit(self.batch, epoch, number + 1)
                yield batch

    def batch(self, epoch: int, number: int) -> Batch:
        """This process's part of one batch."""
        shape, indices = self.plan(epoch, number)
        crops = [self._crop(epoch, index, *shape) for index in indices]
        gray = np.stack([gray for gray, _ in crops])[:, None]
        return Batch(scaled(gray), np.stack([chroma for _, chroma in crops]))

    def plan(self, epoch: int, number: int) -> tuple[tuple[int, int], list[int]]:
        """Shape of the crops of a batch, and the photographs of this process's part."""
        order = self.generator(epoch, _ORDER).permutation(len(self.store))
        share = self.config.batch // self.world
        start = number * self.config.batch + self.rank * share
        shape = self.shapes[self.generator(epoch, _SHAPE, number).integers(len(self.shapes))]
        return shape, [int(order[place % len(order)]) for place in range(start, start + share)]

    def generator(self, epoch: int, purpose: int, number: int = 0) -> np.random.Generator:
        """Random numbers for one purpose: the same for the same run, epoch and number."""
        return np.random.default_rng([self.config.seed, epoch, purpose, number])

    def window(self, rows: int, columns: int, shape: tuple[int, int], rng: np.random.Generator) -> Window:
        """The part of a photograph of rows x columns that is cropped."""
        return window_of(rows, columns, shape, zoom=self.config.zoom, rng=rng, stretch=self.config.stretch)

    def _crop(self, epoch: int, index: int, height: int, width: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        rng = self.generator(epoch, CROP, index)
        photo = self.store[index]
        rgb = self.window(photo.shape[0], photo.shape[1], (height, width), rng).cut(photo)
        in_poor_light = rng.random() < self.config.relit
        lab = relit_lab(rgb, drawn_light(rng)) if in_poor_light else lab_of_rgb8(rgb)
        gray = gray_of_lightness(lab[..., 0])
        if rng.random() < self.config.degraded:
            gray = aged(gray if in_poor_light else mixed_gray(rgb, rng), rng)
        return gray, shrunk_chroma(lab, self.stride)


class Window(NamedTuple):
    """A part of a photograph that becomes a crop of `shape`, mirrored or not."""

    rows: slice
    columns: slice
    mirrored: bool
    shape: tuple[int, int]

    @property
    def shrinks(self) -> bool:
        """Whether the crop has fewer pixels than the part."""
        part = (self.rows.stop - self.rows.start) * (self.columns.stop - self.columns.start)
        return bool(part > self.shape[0] * self.shape[1])

    def cut(self, photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The crop (H,W,3)."""
        part = photo[self.rows, self.columns]
        part = np.ascontiguousarray(part[:, ::-1] if self.mirrored else part)
        method = cv2.INTER_AREA if self.shrinks else cv2.INTER_LINEAR
        return cv2.resize(part, self.shape[::-1], interpolation=method)


def window_of(
    rows: int,
    columns: int,
    shape: tuple[int, int],
    *,
    zoom: tuple[int, int],
    rng: np.random.Generator,
    stretch: float = 0.0,
) -> Window:
    """A random window of a photograph of rows x columns, as if its short side were within `zoom`.

    Its aspect differs from that of `shape` by up to exp(`stretch`), so that the crop is squeezed one way.
    """
    squeeze = math.exp(rng.uniform(-stretch, stretch) / 2) if stretch else 1.0
    height, width = shape[0] * squeeze, shape[1] / squeeze
    short = math.exp(rng.uniform(*np.log(zoom)))
    factor = min(min(rows, columns) / short, rows / height, columns / width)
    h, w = max(1, int(height * factor)), max(1, int(width * factor))
    top, left = int(rng.integers(rows - h + 1)), int(rng.integers(columns - w + 1))
    return Window(slice(top, top + h), slice(left, left + w), bool(rng.random() < 0.5), shape)


def shrunk_chroma(lab: NDArray[np.float32], stride: int) -> NDArray[np.float32]:
    """Chroma (h,w,2) of Lab (H,W,3), averaged over blocks of `stride`: what a position of the output can answer for."""
    ab = np.ascontiguousarray(lab[..., 1:])
    if stride == 1:
        return ab
    return cv2.resize(ab, (lab.shape[1] // stride, lab.shape[0] // stride), interpolation=cv2.INTER_AREA)


@cache
def _gray_table() -> NDArray[np.uint8]:
    return np.rint(linear_to_srgb(lightness_to_luminance(np.linspace(0, 100, 4097))) * 255).astype(np.uint8)


def gray_of_lightness(lightness: NDArray[np.float32]) -> NDArray[np.uint8]:
    """8-bit sRGB gray of a given L (0..100)."""
    return _gray_table()[np.rint(lightness * 40.96).astype(np.int32).clip(0, 4096)]
