import copy
import multiprocessing
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from graycolor.color.lab import linear_to_srgb, luminance, srgb_to_linear
from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.errors import InputError, UsageError, WeightsError
from graycolor.network import weights
from graycolor.network.engine import open_engine
from graycolor.network.export import to_onnx
from graycolor.network.weights import default_path
from graycolor.network.working_picture import working_picture, working_shape


def lightness_error(rgb, gray):
    """Largest difference of lightness from the gray, in steps of the result's depth."""
    top, source = np.iinfo(rgb.dtype).max, np.iinfo(gray.dtype).max
    codes = linear_to_srgb(luminance(srgb_to_linear(rgb / np.float64(top)))) * top
    return np.abs(codes - gray / np.float64(source) * top).max()


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (2000, 1), (2, 2), (33, 65), (300, 200), (97, 1500), (1300, 900)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_any_size_keeps_its_size_and_its_lightness(colorizer, draw, shape, dtype):
    gray = draw(*shape).astype(dtype) * (257 if dtype == np.uint16 else 1)
    rgb = colorizer.colorize(gray)

    assert rgb.shape == (*shape, 3)
    assert rgb.dtype == dtype
    assert lightness_error(rgb, gray) <= 1


def test_a_photograph_gets_colors(colorizer, draw):
    rgb = colorizer.colorize(draw(200, 300)).astype(int)

    assert np.ptp(rgb, axis=2).mean() > 3


def test_the_same_picture_gives_the_same_bytes_in_any_company(colorizer, draw):
    first = colorizer.colorize(draw(120, 180))
    colorizer.colorize(draw(240, 130, seed=1))

    assert np.array_equal(first, colorizer.colorize(draw(120, 180)))
    assert np.array_equal(first, Colorizer(device="cpu", threads=1).colorize(draw(120, 180)))


def test_no_saturation_is_the_gray_itself(colorizer, draw):
    gray = draw(90, 70)
    rgb = colorizer.colorize(gray, ColorizeSettings(saturation=0))

    assert np.array_equal(rgb, np.repeat(gray[..., None], 3, 2))


def test_more_saturation_is_more_chroma_in_the_same_hues(colorizer, draw):
    half, full = (colorizer.forecast(draw(90, 70), ColorizeSettings(saturation=s)).ab for s in (0.5, 1.0))

    assert full == pytest.approx(2 * half, abs=1e-4)


def test_size_says_how_large_a_picture_the_network_sees(colorizer, draw):
    small, large = (colorizer.forecast(draw(400, 400), ColorizeSettings(size=size)).ab for size in (128, 256))

    assert small.shape[:2] == (32, 32)
    assert large.shape[:2] == (64, 64)


@given(st.integers(1, 20_000), st.integers(1, 20_000), st.integers(64, 512))
def test_the_working_shape_keeps_the_aspect_and_stays_affordable(height, width, size):
    h, w = working_shape(height, width, size)

    assert h % 4 == 0
    assert w % 4 == 0
    assert h * w <= 4 / 3 * size * size + 4 * max(h, w)
    if 3 * max(height, width) <= 4 * min(height, width):
        assert abs(min(h, w) - size) <= 2
    if max(height, width) <= 8 * min(height, width):
        assert h / w == pytest.approx(height / width, rel=0.2)
        assert h * w >= 4 / 3 * size * size * 0.7


def test_the_network_sees_the_gray_scaled_as_it_was_trained():
    assert working_picture(np.full((10, 10), 127, np.uint8), 64) == pytest.approx(0)
    assert working_picture(np.full((10, 10), 65535, np.uint16), 64) == pytest.approx(1)


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((2, 2, 3), np.uint8),
        np.zeros((2, 2)),
        np.zeros((0, 4), np.uint8),
        "a.jpg",
        Path("a.jpg"),
        None,
        [[1]],
        Image.new("L", (4, 4)),
    ],
)
def test_what_is_no_gray_picture_is_refused_with_what_takes_it(colorizer, bad):
    for color in (colorizer.colorize, colorizer.forecast, colorizer.look):
        with pytest.raises(InputError, match=r"graycolor\.colorize"):
            color(bad)


@pytest.mark.parametrize(
    "bad", ["a.jpg", np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3)), np.zeros((8, 8, 3), np.uint8)]
)
def test_what_is_no_reference_is_refused(colorizer, draw, bad):
    with pytest.raises(InputError, match="reference"):
        colorizer.colorize(draw(40, 60), reference=bad)


def test_a_depth_that_no_picture_has_is_refused(colorizer, draw):
    with pytest.raises(UsageError, match="8 or 16 bits"):
        colorizer.colorize(draw(40, 60), depth=12)


def test_default_names_the_embedded_weights():
    assert Colorizer("default", device="cpu", threads=1).weights_hash == Colorizer(threads=1).weights_hash


@pytest.mark.parametrize("weights", ["", 5])
def test_weights_that_are_no_path_are_refused(weights):
    with pytest.raises(WeightsError, match="path of their file"):
        Colorizer(weights)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_colorizer_is_copied_and_pickled_by_its_settings(colorizer, draw, again):
    assert np.array_equal(again(colorizer).colorize(draw(60, 80)), colorizer.colorize(draw(60, 80)))


def test_a_colorizer_around_an_engine_is_copied_too(colorizer, draw):
    around = copy.copy(Colorizer.around(open_engine(None, "cpu", 1)))

    assert np.array_equal(around.colorize(draw(60, 80)), colorizer.colorize(draw(60, 80)))


def test_a_colorizer_goes_to_another_process(colorizer, draw):
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        there = pool.submit(colorizer.colorize, draw(60, 80)).result(timeout=120)

    assert np.array_equal(there, colorizer.colorize(draw(60, 80)))


def test_a_pickled_colorizer_finds_its_weights_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "own.onnx").write_bytes(to_onnx(*weights.load(default_path())))
    monkeypatch.chdir(tmp_path)
    data = pickle.dumps(Colorizer("own.onnx", device="cpu", threads=1))
    monkeypatch.chdir("/")

    assert pickle.loads(data).device == "cpu"


@pytest.mark.parametrize("wrong", [{"saturation": -1}, {"saturation": 9}, {"temperature": 0}, {"size": 8}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(UsageError, match="out of range"):
        ColorizeSettings(**wrong)


@pytest.mark.parametrize("wrong", [{"saturation": "1"}, {"saturation": None}, {"temperature": "warm"}, {"size": 200.5}])
def test_settings_of_another_type_are_refused(wrong):
    with pytest.raises(UsageError, match="number"):
        ColorizeSettings(**wrong)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_fifty_megapixels_stay_within_bounded_memory(tmp_path):
    """In a process of its own: its peak is the library's, not this suite's."""
    code = (
        "import numpy as np; from graycolor import Colorizer; "
        "gray = np.tile(np.arange(256, dtype=np.uint8), (5800, 34)); "
        "rgb = Colorizer(device='cpu', threads=1).colorize(gray); assert rgb.shape == (*gray.shape, 3); "
        # ru_maxrss would be this suite's own peak: a child inherits it.
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert int(done.stdout) < 900 * 1024  # 900 MiB; the picture and its result are 190 of them
