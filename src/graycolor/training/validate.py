"""Judging a network between epochs: the figures of `graycolor eval` on held-out photographs, and a sheet to look at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from graycolor.color.lightness_join import gray_of_rgb, lab_of_rgb8
from graycolor.colorizer import Colorizer
from graycolor.data.store import PhotoStore
from graycolor.evaluation.evaluate import evaluate
from graycolor.evaluation.ground_truth import Truth
from graycolor.evaluation.predictors import network as predictor_of
from graycolor.network.config import STRIDE
from graycolor.network.engine import TorchEngine, available_cores
from graycolor.network.header import Header
from graycolor.network.networks import Network
from graycolor.network.working_picture import scaled, working_picture
from graycolor.training.crops import gray_of_lightness, shrunk_chroma
from graycolor.training.objectives import Objective

_SHEET_PHOTOS = 12
_FEWEST = 8
"""Photographs from which on chance can be told from a gain."""
_CELL = 200
_GAP = 4
_PAPER = 48


@dataclass(frozen=True)
class Verdict:
    """Means over the validation photographs, see `EpochDone`; and `delta_e2000_matched` of each of them."""

    loss: float
    delta_e2000: float
    delta_e2000_matched: float
    ab_cosine: float
    mse: float
    accuracy: float
    by_photograph: tuple[float, ...] = ()


def validate(objective: Objective, header: Header, store: PhotoStore, photos: int) -> Verdict:
    """Judge the network of `objective` on up to `photos` photographs of `store`, spread over it.

    The loss is the objective's, at the size that the network sees; all else is what `graycolor eval` says of the same
    photographs, decoding and saturation of `header` included.
    """
    objective.eval()
    indices = spread(len(store), photos)
    colorizer = Colorizer.around(TorchEngine.around(objective.network, header, device="cpu"))
    truths = (Truth(store.names[index], store[index]) for index in indices)
    with each_on_one_core() as pool:
        (row,) = evaluate(truths, {"network": predictor_of(colorizer)}, threads=available_cores())
        amounts = pool.map(lambda index: _loss(objective, store[index], header.decode.size), indices)
        losses = np.array(list(amounts)).sum(0)
    figures = {name: figure.value for name, figure in row.figures.items()}
    return Verdict(
        loss=float(losses[0] / losses[1]),
        delta_e2000=figures["delta_e2000"],
        delta_e2000_matched=figures["delta_e2000_matched"],
        ab_cosine=figures["ab_cosine"],
        mse=figures["mse"],
        accuracy=figures["accuracy"],
        by_photograph=tuple(row.by_picture["delta_e2000_matched"].tolist()),
    )


@contextmanager
def each_on_one_core() -> Iterator[ThreadPoolExecutor]:
    """Threads for a photograph each, in which torch has none of its own: those of one would wait for the slowest."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(available_cores(), "graycolor-judge") as pool:
            yield pool
    finally:
        torch.set_num_threads(threads)


def beyond_chance(before: Sequence[float], after: Sequence[float]) -> bool:
    """Whether figures of the same photographs have become lower by more than they scatter (two standard errors)."""
    gains = np.subtract(before, after)
    if len(gains) < _FEWEST:
        return bool(gains.mean() > 0)
    return bool(gains.mean() > 2 * gains.std(ddof=1) / math.sqrt(len(gains)))


@torch.inference_mode()
def _loss(objective: Objective, rgb: NDArray[np.uint8], size: int) -> tuple[float, float]:
    """Sum and weight of the loss on the largest part of a photograph, as the network sees it, that needs no padding."""
    lab = lab_of_rgb8(at_working_size(rgb, size))
    height, width = (max(STRIDE, length // STRIDE * STRIDE) for length in lab.shape[:2])
    part = np.ascontiguousarray(lab[:height, :width])
    picture = torch.from_numpy(scaled(gray_of_lightness(part[..., 0])))[None, None]
    amount, weight = objective(picture, torch.from_numpy(shrunk_chroma(part, objective.stride))[None], 0)
    return amount.item(), weight.item()


def spread(count: int, wanted: int) -> list[int]:
    """Up to `wanted` numbers below `count`, evenly spread."""
    return [int(number) for number in np.unique(np.linspace(0, count - 1, min(wanted, count)).astype(int))]


def at_working_size(rgb: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The photograph as the network will see it; enlarged where it is smaller."""
    height, width = working_picture(rgb[..., 0], size).shape
    method = cv2.INTER_AREA if height < rgb.shape[0] else cv2.INTER_LINEAR
    return cv2.resize(rgb, (width, height), interpolation=method)


def contact_sheet(network: Network, header: Header, store: PhotoStore) -> NDArray[np.uint8]:
    """A dozen photographs as gray | colored | truth, to look at (H,W,3)."""
    colorizer = Colorizer.around(TorchEngine.around(network, header, device="cpu"))
    rows = [np.hstack([_framed(one) for one in views]) for views in _views(colorizer, store)]
    rows += [np.full_like(rows[0], _PAPER)] * (len(rows) % 2)
    return np.vstack([np.hstack(rows[start : start + 2]) for start in range(0, len(rows), 2)])


def _views(colorizer: Colorizer, store: PhotoStore) -> Iterator[list[NDArray[np.uint8]]]:
    for index in spread(len(store), _SHEET_PHOTOS):
        gray = np.rint(gray_of_rgb(store[index]) / 257).astype(np.uint8)
        colored = colorizer.colorize(gray).astype(np.uint8, copy=False)
        yield [np.repeat(gray[..., None], 3, 2), colored, store[index]]


def _framed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture in the middle of a dark square cell."""
    factor = (_CELL - 2 * _GAP) / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    cell = np.full((_CELL, _CELL, 3), _PAPER, np.uint8)
    top, left = (_CELL - small.shape[0]) // 2, (_CELL - small.shape[1]) // 2
    cell[top : top + small.shape[0], left : left + small.shape[1]] = small
    return cell
