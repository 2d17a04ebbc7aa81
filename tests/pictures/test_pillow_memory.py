"""Pixels shared with Pillow are Pillow's own; JPEGs are the ones that it writes anyway."""

import io
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from graycolor.pictures.pillow_memory import Memory, jpeg_bytes


def opened(image, image_format, **options):
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return Image.open(io.BytesIO(buffer.getvalue())), np.asarray(Image.open(io.BytesIO(buffer.getvalue())))


def noise(height, width, seed=0):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8))


@given(st.integers(1, 70), st.integers(1, 70), st.sampled_from(["JPEG", "PNG", "TIFF", "BMP"]))
def test_pixels_are_those_that_pillow_gives(height, width, image_format):
    image, expected = opened(noise(height, width), image_format)
    memory = Memory.under(image)
    image.load()
    assert np.array_equal(memory.pixels_of(image), expected)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_nothing_is_copied(image_format):
    image, _ = opened(noise(40, 50), image_format)
    memory = Memory.under(image)
    image.load()
    assert memory.pixels_of(image) is memory.pixels_of(image)


def test_a_progressive_jpeg_fills_every_row():
    image, expected = opened(noise(133, 97), "JPEG", progressive=True)
    memory = Memory.under(image)
    image.load()
    assert np.array_equal(memory.pixels_of(image), expected)


def test_a_picture_made_of_the_decoded_one_has_its_own_pixels():
    image, expected = opened(noise(30, 20), "JPEG")
    memory = Memory.under(image)
    image.load()
    turned = image.transpose(Image.Transpose.ROTATE_90)
    assert np.array_equal(memory.pixels_of(turned), np.rot90(expected))


def test_colors_are_decoded_as_ever():
    image, expected = opened(Image.merge("RGB", [noise(9, 7, seed) for seed in range(3)]), "PNG")
    memory = Memory.under(image)
    assert np.array_equal(memory.pixels_of(image), expected)


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
