"""JPEGs are the ones that Pillow writes anyway."""

import io
import os

import numpy as np
import pytest
from PIL import Image

from graycolor.pictures.jpeg.unlocked import jpeg_bytes


def noise(height, width, seed=0):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8))


@pytest.mark.parametrize("shape", [(300, 211), (900, 700)])
@pytest.mark.parametrize("options", [{}, {"quality": 60, "optimize": True}, {"progressive": True}])
def test_a_jpeg_has_the_bytes_that_pillow_writes(options, shape):
    buffer = io.BytesIO()
    image = noise(*shape)
    image.save(buffer, "JPEG", **options)
    assert jpeg_bytes(image, **options) == buffer.getvalue()


def test_a_system_without_files_in_memory_gives_the_same_bytes(monkeypatch):
    image = noise(900, 700)
    usual = jpeg_bytes(image)
    monkeypatch.delattr(os, "memfd_create", raising=False)
    assert jpeg_bytes(image) == usual
