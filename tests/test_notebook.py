"""Results in notebooks, without a notebook: what IPython asks an object for is a method of it."""

import base64
import copy
import io
import os
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import graycolor
from graycolor.errors import InputError
from graycolor.notebook import ColoredPath


@pytest.fixture
def result(tmp_path, draw):
    Image.fromarray(draw(500, 400)).save(tmp_path / "old <1>.png")
    return graycolor.colorize(tmp_path / "old <1>.png", device="cpu")


def images(html):
    return [Image.open(io.BytesIO(base64.b64decode(each))) for each in re.findall(r"base64,([^\"]+)", html)]


def test_the_path_of_a_result_is_shown_as_before_and_after(result):
    html = result._repr_html_()
    before, after = images(html)

    assert np.ptp(np.asarray(before.convert("RGB")).astype(int), 2).max() <= 2
    assert np.ptp(np.asarray(after).astype(int), 2).max() > 10
    assert before.size == after.size == (288, 360)
    assert "old &lt;1&gt;.png</figcaption>" in html
    assert "old &lt;1&gt;-color.png</figcaption>" in html


def test_it_is_still_the_path_that_one_asked_for(result, tmp_path):
    plain = tmp_path / "old <1>-color.png"

    assert isinstance(result, Path)
    assert (result, hash(result), str(result), repr(result)) == (plain, hash(plain), str(plain), repr(plain))
    assert os.fspath(result) == str(plain)
    assert result.read_bytes() == plain.read_bytes()


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda path: pickle.loads(pickle.dumps(path))])
def test_copies_and_pickles_are_shown_as_well(result, way):
    assert way(result) == result
    assert len(images(way(result)._repr_html_())) == 2


def test_paths_that_are_made_of_it_are_no_results(result):
    for path in (result.parent, result.with_suffix(".jpg"), result / "x", result.absolute().parent):
        assert getattr(path, "before", None) is None
        assert pickle.loads(pickle.dumps(path)) == path
        assert type(pickle.loads(pickle.dumps(path))) is type(Path())


def test_a_result_that_is_gone_is_shown_as_its_path(result):
    result.unlink()

    assert result._repr_html_() is None
    assert ColoredPath("a").before is None


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((40, 60)),
        np.zeros((40, 60, 3), np.uint16),
        np.zeros((40, 60, 4), np.uint8),
        Image.new("I;16", (60, 40)),
        Image.new("F", (60, 40)),
        Image.new("RGBA", (60, 40)),
        Image.new("CMYK", (60, 40)),
        Image.new("1", (60, 40)),
    ],
    ids=lambda picture: str(getattr(picture, "mode", getattr(picture, "dtype", ""))),
)
def test_arrays_and_images_of_every_kind_are_shown(picture, result):
    shown = graycolor.show(picture, result, height=20)
    one, other = images(shown._repr_html_())

    assert one.size == (30, 20)
    assert other.height == 20
    assert repr(shown).startswith("<before | ")


def test_what_is_no_picture_is_refused():
    for nothing in ((), (7,), ([1, 2],)):
        with pytest.raises(InputError):
            graycolor.show(*nothing)


def test_every_public_name_is_there_and_no_other():
    public = {name for name in graycolor.__all__ if getattr(graycolor, name) is not None}

    assert public == set(graycolor.__all__) <= set(dir(graycolor))
    assert sorted(graycolor.__all__) == list(graycolor.__all__)
    assert set(graycolor._HOMES) | {"__version__", "errors", "looks"} == public
