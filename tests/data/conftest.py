"""Photographs drawn by code that pass every filter, and folders of them."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image


def paint(seed, height=150, width=200):
    """Soft patches of color with some grain, (H,W,3) uint8; another seed is another picture altogether."""
    rng = np.random.default_rng(seed)
    patches = rng.uniform(20, 235, (6, 8, 3)).astype(np.float32)
    soft = cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(soft + rng.normal(0, 4, soft.shape), 0, 255).astype(np.uint8)


def encode(rgb, kind="JPEG", **options):
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, kind, **({"quality": 90} if kind == "JPEG" else {}) | options)
    return buffer.getvalue()


@pytest.fixture
def painted():
    return paint


@pytest.fixture
def encoded():
    return encode


@pytest.fixture
def photos(tmp_path):
    """A folder of 24 photographs, some in a folder below."""
    folder = tmp_path / "photos"
    (folder / "below").mkdir(parents=True)
    for seed in range(24):
        place = folder / "below" if seed % 3 == 0 else folder
        (place / f"{seed:02d}.jpg").write_bytes(encode(paint(seed)))
    return folder
