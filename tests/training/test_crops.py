import io

import numpy as np
import pytest
from PIL import Image

from graycolor.color.fast import lab_of_rgb8
from graycolor.data.store import build_store
from graycolor.training.crops import CropSampler, crop_shapes, gray_of_lightness


def png(color, height=120, width=160):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), color).save(buffer, "PNG")
    return buffer.getvalue()


COLORS = [(200, 30, 30), (30, 160, 40), (40, 60, 200), (220, 210, 40), (128, 128, 128), (10, 90, 90)]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    photos = [(f"{i}.png", png(color)) for i, color in enumerate(COLORS)]
    return build_store(tmp_path_factory.mktemp("crops") / "s", photos, max_side=500)


def batches(store, count=4, **options):
    settings = {"batch": 3, "area": 64 * 64, "zoom": (64, 128), "degraded": 0.0, "seed": 5} | options
    stream = iter(CropSampler(store, **settings))
    return [next(stream) for _ in range(count)]


def test_a_crop_carries_the_colors_of_its_photograph(store):
    truths = [lab_of_rgb8(np.array([[color]], np.uint8))[0, 0] for color in COLORS]
    for batch in batches(store):
        for gray, chroma in zip(batch.gray, batch.chroma, strict=True):
            index = int(np.argmin([np.abs(chroma[0, 0] - truth[1:]).sum() for truth in truths]))
            assert np.abs(chroma - truths[index][1:]).max() < 0.5
            assert gray * 128 + 127 == pytest.approx(float(gray_of_lightness(truths[index][:1])[0]), abs=1.01)


def test_crops_have_the_networks_shapes(store):
    for batch in batches(store, 12):
        assert batch.gray.shape[2] % 32 == 0
        assert batch.gray.shape[3] % 32 == 0
        assert batch.chroma.shape[1:3] == (batch.gray.shape[2] // 4, batch.gray.shape[3] // 4)
    assert len({batch.gray.shape for batch in batches(store, 12, area=96 * 96)}) > 1


def test_equal_seeds_give_equal_batches(store):
    for one, other in zip(batches(store, degraded=0.5), batches(store, degraded=0.5), strict=True):
        assert np.array_equal(one.gray, other.gray)


def test_processes_share_an_epoch_without_overlap(store):
    def seen(rank):
        means = [
            chroma.mean((0, 1)).round(1) for batch in batches(store, 1, rank=rank, world=2) for chroma in batch.chroma
        ]
        return {tuple(mean) for mean in means}

    assert len(seen(0)) == len(seen(1)) == 3
    assert not seen(0) & seen(1)


def test_crop_shapes_hold_the_area():
    shapes = crop_shapes(192 * 192)

    assert (192, 192) in shapes
    assert all(0.5 <= h / w <= 2 and abs(h * w / 192**2 - 1) < 0.2 for h, w in shapes)
