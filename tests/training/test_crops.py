import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.data.store import build_store
from graycolor.training.config import TrainConfig
from graycolor.training.crops import CropBatches, crop_shapes, gray_of_lightness, window_of

CONFIG = TrainConfig(batch=2, area=64 * 64, zoom=(64, 128), degraded=0.0, seed=5)
COLORS = [(200, 30, 30), (30, 160, 40), (40, 60, 200), (220, 210, 40), (128, 128, 128), (10, 90, 90)]


def png(color, height=120, width=160):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), color).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    photos = [(f"{i}.png", png(color)) for i, color in enumerate(COLORS)]
    return build_store(tmp_path_factory.mktemp("crops") / "s", photos, max_side=500)


def batches(store, epoch=0, stride=4, rank=0, world=1, first=0, **settings):
    return list(CropBatches(store, replace(CONFIG, **settings), stride, rank, world).epoch(epoch, first))


def test_a_crop_carries_the_colors_of_its_photograph(store):
    truths = [lab_of_rgb8(np.array([[color]], np.uint8))[0, 0] for color in COLORS]
    for batch in batches(store):
        for gray, chroma in zip(batch.gray, batch.chroma, strict=True):
            index = int(np.argmin([np.abs(chroma[0, 0] - truth[1:]).sum() for truth in truths]))
            assert np.abs(chroma - truths[index][1:]).max() < 0.5
            assert gray * 128 + 127 == pytest.approx(float(gray_of_lightness(truths[index][:1])[0]), abs=1.01)


@given(rows=st.integers(64, 400), columns=st.integers(64, 400), seed=st.integers(0, 99))
def test_a_squeezed_window_lies_in_its_photograph(rows, columns, seed):
    rng = np.random.default_rng(seed)
    window = window_of(rows, columns, (96, 64), zoom=(64, 128), rng=rng, stretch=0.2)
    height, width = window.rows.stop - window.rows.start, window.columns.stop - window.columns.start

    assert 0 <= window.rows.start <= window.rows.stop <= rows
    assert 0 <= window.columns.start <= window.columns.stop <= columns
    assert abs(np.log(height / width / 1.5)) < 0.2 + 1 / height + 1 / width


def test_windows_are_squeezed_both_ways_where_that_is_asked_for():
    rng = np.random.default_rng(0)
    windows = [window_of(400, 400, (96, 96), zoom=(64, 128), rng=rng, stretch=0.2) for _ in range(50)]
    aspects = [(w.rows.stop - w.rows.start) / (w.columns.stop - w.columns.start) for w in windows]

    assert min(aspects) < 0.9
    assert max(aspects) > 1.1


@pytest.mark.parametrize("stride", [1, 4])
def test_crops_have_the_networks_shapes(store, stride):
    seen = [batch for epoch in range(6) for batch in batches(store, epoch, stride, area=96 * 96)]
    for batch in seen:
        height, width = batch.gray.shape[2:]
        assert height % 32 == width % 32 == 0
        assert batch.chroma.shape[1:3] == (height // stride, width // stride)
    assert len({batch.gray.shape for batch in seen}) > 1


def test_an_epoch_shows_every_photograph_once_and_the_next_in_another_order(store):
    def order(epoch):
        return [tuple(chroma.mean((0, 1)).round(1)) for batch in batches(store, epoch) for chroma in batch.chroma]

    assert len(set(order(0))) == len(COLORS)
    assert order(0) != order(1)
    assert set(order(0)) == set(order(1))


def test_a_batch_follows_from_its_place_alone(store):
    whole, rest = batches(store, degraded=0.5), batches(store, degraded=0.5, first=2)

    assert np.array_equal(whole[2].gray, rest[0].gray)
    assert np.array_equal(whole[2].chroma, rest[0].chroma)


def test_processes_share_the_batch_of_one(store):
    alone = batches(store, degraded=0.5)
    both = [batches(store, rank=rank, world=2, degraded=0.5) for rank in range(2)]
    for number, batch in enumerate(alone):
        assert np.array_equal(batch.gray, np.concatenate([part[number].gray for part in both]))


def test_scenes_in_poor_light_are_darker_or_paler_in_gray_and_truth_alike(store):
    usual, lit = batches(store, degraded=0.0), batches(store, degraded=0.0, relit=1.0)
    differences = [np.abs(a.chroma - b.chroma).mean() for a, b in zip(usual, lit, strict=True)]

    assert [a.gray.shape for a in usual] == [b.gray.shape for b in lit]
    assert max(differences) > 3


def test_fewer_photographs_than_a_batch_are_taken_more_than_once(store):
    (batch,) = batches(store, batch=8)

    assert len(batch.gray) == 8


def test_crop_shapes_hold_the_area():
    shapes = crop_shapes(192 * 192)

    assert (192, 192) in shapes
    assert all(0.5 <= h / w <= 2 and abs(h * w / 192**2 - 1) < 0.2 for h, w in shapes)
