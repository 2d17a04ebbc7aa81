from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from graycolor.data.store import PhotoStore, build_store


def drawn_photos(count: int) -> list[tuple[str, bytes]]:
    """Skies above grass, of several heights: something that can be learnt in a few steps."""
    rng = np.random.default_rng(0)
    photos = []
    for number in range(count):
        horizon = int(rng.integers(30, 66))
        pixels = np.zeros((96, 128, 3))
        pixels[:horizon], pixels[horizon:] = (90, 140, 230), (60, 130, 40)
        pixels = np.clip(pixels + rng.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        photos.append((f"{number}.png", buffer.getvalue()))
    return photos


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Tiny networks on many threads wait for each other more than they compute."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def photos(tmp_path_factory) -> PhotoStore:
    return build_store(tmp_path_factory.mktemp("photos") / "train", drawn_photos(16), max_side=500)
