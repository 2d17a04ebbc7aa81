import cv2
import numpy as np
import pytest
import torch

from graycolor.training.aging import Aging
from graycolor.training.config import TrainConfig
from graycolor.training.crops import CropBatches
from graycolor.training.gpu_crops import GpuCropBatches

CPU = torch.device("cpu")


def config(**settings):
    return TrainConfig.of("lite", **({"batch": 6, "area": 4096, "zoom": (64, 96), "degraded": 0.0} | settings))


def test_crops_made_on_the_device_are_those_of_the_cpu(photos):
    usual = CropBatches(photos, config(), 4).batch(1, 0)
    resident = GpuCropBatches(photos, config(), 4, device=CPU).batch(1, 0)

    assert resident.gray.shape == usual.gray.shape
    assert resident.chroma.shape == usual.chroma.shape
    assert np.abs(resident.gray.numpy() - usual.gray).mean() * 128 < 1.5
    assert np.abs(resident.chroma.numpy() - usual.chroma).mean() < 1.0


def test_a_batch_on_the_device_follows_from_its_numbers_alone(photos):
    one, other = (GpuCropBatches(photos, config(degraded=1.0), 4, device=CPU) for _ in range(2))
    other.batch(0, 1)

    assert torch.equal(one.batch(2, 1).gray, other.batch(2, 1).gray)
    assert not torch.equal(one.batch(2, 0).gray, one.batch(3, 0).gray)


def test_only_the_configured_share_is_made_old(photos):
    clean = GpuCropBatches(photos, config(batch=16), 4, device=CPU).batch(0, 0).gray
    half = GpuCropBatches(photos, config(batch=16, degraded=0.5), 4, device=CPU).batch(0, 0).gray
    changed = [(a != b).any().item() for a, b in zip(clean, half, strict=True)]

    assert 0 < sum(changed) < 16


def test_aged_pictures_stay_codes_and_differ(photos):
    aging = Aging(torch.Generator().manual_seed(0))
    gray = torch.full((8, 1, 32, 40), 128.0)
    old = aging(gray)

    assert old.shape == gray.shape
    assert old.min() >= 0
    assert old.max() <= 255
    assert len({picture.sum().item() for picture in old}) > 4


@pytest.mark.parametrize("quality", [30, 50, 80])
def test_jpeg_on_the_device_is_close_to_a_real_one(quality, draw, monkeypatch):
    aging = Aging(torch.Generator())
    monkeypatch.setattr(aging, "_uniform", lambda like, low, high: torch.full((len(like), 1, 1, 1), float(quality)))
    gray = draw(64, 96)
    _, encoded = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, quality])
    wanted = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE).astype(float)
    ours = aging._jpeg(torch.from_numpy(gray).float()[None, None])[0, 0].numpy()

    assert np.abs(ours - wanted).mean() < 0.6
    assert np.abs(wanted - gray).mean() > 1.0
