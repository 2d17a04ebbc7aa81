"""Frames of one file: several at a time, each different one once, and the same bytes as one by one."""

import io
from collections import Counter
from threading import Lock

import numpy as np
import pytest
from PIL import Image

from graycolor.errors import InputError
from graycolor.jobs.frames import color_frames
from graycolor.pictures.encode_result import WriteOptions
from graycolor.pictures.frames import decode_source

SCENE = np.kron(np.random.default_rng(2).integers(0, 256, (6, 8), np.uint8), np.ones((8, 8), np.uint8))


def animation(shifts):
    images = [Image.fromarray(np.roll(SCENE, shift, 1)) for shift in shifts]
    buffer = io.BytesIO()
    images[0].save(buffer, "GIF", save_all=True, append_images=images[1:], duration=50)
    return buffer.getvalue()


def test_several_at_a_time_give_the_bytes_of_one_at_a_time(colorizer):
    data, asked, lock = animation([0, 3, 0, 3, 6, 0, 9]), Counter(), Lock()

    def forecast(picture):
        with lock:
            asked[picture.gray.tobytes()] += 1
        return colorizer.forecast(picture.upright())

    results = [
        color_frames(decode_source(data, "x"), forecast, "GIF", WriteOptions(), threads=threads) for threads in (1, 3)
    ]

    assert results[0].result.data == results[1].result.data
    assert list(asked.values()) == [2, 2, 2, 2]  # once in each run, however often they are shown
    assert results[0].confidence == results[1].confidence


def test_what_fails_at_a_frame_fails_for_all(colorizer):
    def forecast(picture):
        if picture.gray[0, 0] == np.roll(SCENE, 3, 1)[0, 0] and not np.array_equal(picture.gray, SCENE):
            raise InputError("this frame cannot be colored")
        return colorizer.forecast(picture.upright())

    with pytest.raises(InputError, match="this frame"):
        color_frames(decode_source(animation([0, 3, 3, 6]), "x"), forecast, "GIF", WriteOptions(), threads=2)
