"""Motion between two pictures, and carrying something along it (OpenCV's dense inverse search)."""

from __future__ import annotations

import threading
from functools import lru_cache

import cv2
import numpy as np

from graycolor.types import Floats, Gray

_SMALLEST = 32
"""Pictures with a shorter side hold nothing that could be followed."""
_EXPOSURE = 0.1
"""Change of mean or contrast, as a share, from which on two pictures are evened before they are compared."""

_local = threading.local()


def flow_between(here: Gray, there: Gray) -> Floats:
    """For every pixel of `here` (H,W), where it is in `there`: (H,W,2) float32 of x, y steps (Kroeger et al. 2016)."""
    if min(here.shape) < _SMALLEST:
        return np.zeros((*here.shape, 2), np.float32)
    flows = _local.__dict__.setdefault("flows", {})
    if here.shape not in flows:
        # An object keeps buffers, so threads must not share it, and what it chose for the size of its pictures.
        flows[here.shape] = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    flow: Floats = flows[here.shape].calc(here, there, None)
    return flow


def carried(field: Floats, flow: Floats) -> Floats:
    """What `field` (H,W,C) of another picture looks like from here, along `flow` from here to there."""
    places = cv2.add(_grid(*flow.shape[:2]), np.asarray(flow, np.float32))
    groups = [
        cv2.remap(
            np.ascontiguousarray(field[..., start : start + 4]),
            places,
            None,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ).reshape(*flow.shape[:2], -1)
        for start in range(0, field.shape[2], 4)
    ]
    return groups[0] if len(groups) == 1 else np.concatenate(groups, axis=2)


@lru_cache(maxsize=4)
def _grid(height: int, width: int) -> Floats:
    """(H,W,2) x and y of every pixel."""
    return cv2.merge(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)))


def comparable(here: Gray, there: Gray) -> tuple[Gray, Gray]:
    """Both pictures, evened where one is a faded version of the other: flow takes brightness for constant."""
    (mean, spread), (other, other_spread) = _mean_and_spread(here), _mean_and_spread(there)
    faded = abs(mean - other) > _EXPOSURE * max(mean, other, 1) or abs(spread - other_spread) > _EXPOSURE * max(
        spread, other_spread, 1
    )
    return (even(here), even(there)) if faded else (here, there)


def _mean_and_spread(gray: Gray) -> tuple[float, float]:
    mean, spread = cv2.meanStdDev(gray)
    return float(mean[0, 0]), float(spread[0, 0])


def even(gray: Gray) -> Gray:
    """`gray` with mean 128 and a standard deviation of 50."""
    values = gray.astype(np.float32)
    scaled = (values - values.mean()) / (values.std() + 4) * 50 + 128
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def agreement(here: Gray, there: Gray, flow: Floats) -> Floats:
    """(H,W) 0..1: how well `there`, carried along `flow`, looks like `here`; 0 where something came into sight."""
    moved = carried(there[..., None].astype(np.float32), flow)[..., 0]
    difference = cv2.GaussianBlur(np.abs(moved - here), (0, 0), 1.5)
    return np.exp(difference / np.float32(-6))
