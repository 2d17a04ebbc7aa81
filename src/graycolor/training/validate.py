"""Judging a network between epochs: whole held-out photographs at the working size, and a sheet to look at (torch)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from graycolor.color.fast import gray_of_rgb, join, lab_of_rgb8
from graycolor.colorizer import padded, scaled, working_picture
from graycolor.data.store import PhotoStore
from graycolor.evaluation.metrics import ab_cosine, ciede2000, mean_chroma, report_accuracy, report_mse
from graycolor.network.config import STRIDE
from graycolor.network.engine import Forecast
from graycolor.network.export import Decoded
from graycolor.network.networks import Network
from graycolor.network.weights import Header
from graycolor.training.crops import gray_of_lightness, shrunk_chroma
from graycolor.training.objectives import Objective
from graycolor.upsample import ChromaUpsampler

Floats = NDArray[np.float32]

_SHEET_PHOTOS = 12
_CELL = 200
_GAP = 4
_PAPER = 48


@dataclass(frozen=True)
class Verdict:
    """Means over the validation photographs; see `EpochDone`."""

    loss: float
    delta_e2000: float
    delta_e2000_matched: float
    ab_cosine: float
    mse: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class _Judged:
    loss: tuple[float, float]
    lab: Floats
    ab: Floats


def validate(objective: Objective, header: Header, store: PhotoStore, photos: int) -> Verdict:
    """Judge the network of `objective` on up to `photos` photographs of `store`, spread over it."""
    judged = list(_judgments(objective.eval(), header, store, photos))
    truth, guess = (float(np.mean([mean_chroma(ab) for ab in fields])) for fields in (
        [one.lab[..., 1:] for one in judged], [one.ab for one in judged],
    ))  # fmt: skip
    factor = truth / guess if guess > 0.5 else 1.0
    sums = np.array([one.loss for one in judged]).sum(0)
    return Verdict(
        loss=float(sums[0] / sums[1]),
        delta_e2000=_mean_difference(judged, 1.0),
        delta_e2000_matched=_mean_difference(judged, factor),
        ab_cosine=float(np.mean([ab_cosine(one.lab[..., 1:], one.ab) for one in judged])),
        mse=float(np.mean([report_mse(one.lab[..., 1:], one.ab) for one in judged])),
        accuracy=float(np.mean([report_accuracy(one.lab[..., 1:], one.ab) for one in judged])),
    )


def _judgments(objective: Objective, header: Header, store: PhotoStore, photos: int) -> Iterator[_Judged]:
    decoded = Decoded(objective.network, header).eval()
    stride = header.config.fine_stride
    for index in spread(len(store), photos):
        lab = lab_of_rgb8(at_working_size(store[index], header.decode.size))
        gray = gray_of_lightness(lab[..., 0])
        truth = shrunk_chroma(lab, stride)
        small_L = cv2.resize(lab[..., 0], truth.shape[1::-1], interpolation=cv2.INTER_AREA)
        yield _Judged(_loss(objective, lab, gray), np.dstack([small_L, truth]), _forecast(decoded, header, gray).fine())


@torch.inference_mode()
def _loss(objective: Objective, lab: Floats, gray: NDArray[np.uint8]) -> tuple[float, float]:
    """Sum and weight of the loss on the largest part of a photograph that needs no padding."""
    height, width = (max(STRIDE, length // STRIDE * STRIDE) for length in gray.shape)
    chroma = shrunk_chroma(np.ascontiguousarray(lab[:height, :width]), objective.stride)
    picture = torch.from_numpy(scaled(gray[:height, :width]))[None, None]
    amount, weight = objective(picture, torch.from_numpy(chroma)[None], 0)
    return amount.item(), weight.item()


def spread(count: int, wanted: int) -> list[int]:
    """Up to `wanted` numbers below `count`, evenly spread."""
    return [int(number) for number in np.unique(np.linspace(0, count - 1, min(wanted, count)).astype(int))]


def at_working_size(rgb: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The photograph as the network will see it; enlarged where it is smaller."""
    height, width = working_picture(rgb[..., 0], size).shape
    method = cv2.INTER_AREA if height < rgb.shape[0] else cv2.INTER_LINEAR
    return cv2.resize(rgb, (width, height), interpolation=method)


@torch.inference_mode()
def _forecast(decoded: Decoded, header: Header, gray: NDArray[np.uint8]) -> Forecast:
    """What the network says of an 8-bit gray of working size."""
    stride, decode = header.config.stride, header.decode
    _, ab, confidence, *kernels = decoded(
        torch.from_numpy(padded(scaled(gray)))[None, None],
        torch.from_numpy(header.bins.logit_offset(decode.rebalancing_undone)),
        torch.tensor([1 / decode.temperature]),
    )
    fine = kernels[0][0].numpy() if kernels else None
    forecast = Forecast(ab[0].permute(1, 2, 0).contiguous().numpy(), confidence[0].numpy(), fine)
    return forecast.cut(gray.shape[0] // stride, gray.shape[1] // stride)


def _mean_difference(judged: list[_Judged], factor: float) -> float:
    differences = []
    for one in judged:
        guess = one.lab.copy()
        guess[..., 1:] = one.ab * factor
        differences.append(ciede2000(one.lab, guess).mean())
    return float(np.mean(differences))


def contact_sheet(network: Network, header: Header, store: PhotoStore) -> NDArray[np.uint8]:
    """A dozen photographs as gray | colored | truth, to look at (H,W,3)."""
    decoded = Decoded(network, header).eval()
    rows = []
    for index in spread(len(store), _SHEET_PHOTOS):
        rgb = store[index]
        gray = np.rint(gray_of_rgb(rgb) / 257).astype(np.uint8)
        ab = _forecast(decoded, header, _as_seen(gray, header.decode.size)).fine()
        colored: Any = join(gray, ChromaUpsampler(ab * np.float32(header.decode.saturation), gray).rows, depth=8)
        rows.append(np.hstack([_framed(one) for one in (np.repeat(gray[..., None], 3, 2), colored, rgb)]))
    rows += [np.full_like(rows[0], _PAPER)] * (len(rows) % 2)
    return np.vstack([np.hstack(rows[start : start + 2]) for start in range(0, len(rows), 2)])


def _as_seen(gray: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    return np.rint(working_picture(gray, size) * 128 + 127).astype(np.uint8)


def _framed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture in the middle of a dark square cell."""
    factor = (_CELL - 2 * _GAP) / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    cell = np.full((_CELL, _CELL, 3), _PAPER, np.uint8)
    top, left = (_CELL - small.shape[0]) // 2, (_CELL - small.shape[1]) // 2
    cell[top : top + small.shape[0], left : left + small.shape[1]] = small
    return cell
