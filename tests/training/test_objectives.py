from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from skimage.color import lab2rgb, rgb2lab

from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.header import DecodeSettings, Header
from graycolor.network.layers import finer
from graycolor.network.refine import refined
from graycolor.training.config import TrainConfig
from graycolor.training.losses import cie94_sum
from graycolor.training.objectives import FinishObjective, _pictured


def test_batches_are_refined_like_single_pictures():
    torch.manual_seed(0)
    coarse, kernels = torch.randn(2, 4, 5, 6), torch.randn(2, 9, 10, 12)
    fine = finer(coarse, kernels).numpy()

    for picture, kernel, wanted in zip(coarse.numpy(), kernels.numpy(), fine, strict=True):
        for first in (0, 2):
            single = refined(np.ascontiguousarray(picture[first : first + 2].transpose(1, 2, 0)), kernel)
            np.testing.assert_allclose(single.transpose(2, 0, 1), wanted[first : first + 2], atol=1e-5)


def finish_objective():
    torch.manual_seed(0)
    config = replace(NetworkConfig.tiny(), refine=2)
    header = Header(config, Bins.uniform(config.bin_step), DecodeSettings(size=96))
    return FinishObjective(TrainConfig(), weights.build(header).eval(), header)


def test_the_finish_adds_up_what_it_is_made_of():
    objective, rng = finish_objective(), torch.Generator().manual_seed(2)
    gray = torch.rand(3, 1, 64, 96, generator=rng) * 1.4 - 0.7
    truth = torch.randn(3, 2, 32, 48, generator=rng) * 20
    logits, own, led = objective._colored(gray, truth)
    target = torch.nn.functional.avg_pool2d(truth, 2)[:, :, 1::2, 0::2].permute(0, 2, 3, 1).reshape(-1, 2)
    bins, weight = objective.bins(logits[:, :, 1::2, 0::2].permute(0, 2, 3, 1).flatten(0, 2), target)
    differences = (0.15 * cie94_sum(own, truth) + 0.05 * cie94_sum(led, truth)) / (3 * 32 * 48)
    wanted = bins / weight + differences + objective._seen(gray, own, truth)
    loss, crops = objective(gray, truth.permute(0, 2, 3, 1), 2)

    assert crops.item() == 3
    assert loss.item() == pytest.approx(3 * wanted.item(), rel=1e-5)


def test_what_is_looked_at_is_the_picture_in_these_colors():
    few = np.random.default_rng(0).uniform(0.25, 0.75, (4, 6, 3))  # well inside the cube
    lab = rgb2lab(cv2.resize(few, (48, 32), interpolation=cv2.INTER_LINEAR)).astype(np.float32)
    L, ab = (
        torch.from_numpy(lab[None, None, ..., 0].copy()),
        torch.from_numpy(lab[::2, ::2, 1:].transpose(2, 0, 1)[None]),
    )
    shown = _pictured(L, ab, 2)[0].permute(1, 2, 0).numpy()
    full = cv2.resize(lab[::2, ::2, 1:], (48, 32), interpolation=cv2.INTER_LINEAR)

    np.testing.assert_allclose(shown, lab2rgb(np.dstack([lab[..., :1], full])), atol=2e-3)


def test_in_true_colors_the_classifier_sees_no_difference():
    objective, rng = finish_objective(), torch.Generator().manual_seed(3)
    gray = torch.rand(2, 1, 64, 96, generator=rng) * 1.4 - 0.7
    truth = torch.randn(2, 2, 4, 6, generator=rng).repeat_interleave(8, 2).repeat_interleave(8, 3) * 20

    same, off, gray_alone = (objective._seen(gray, own, truth).item() for own in (truth, -truth, 0 * truth))
    assert same < 1e-5
    assert min(off, gray_alone) > 0.01


def test_what_the_classifier_sees_is_learnt_from():
    objective, rng = finish_objective(), torch.Generator().manual_seed(4)
    gray = torch.rand(2, 1, 64, 64, generator=rng) * 1.4 - 0.7
    own, truth = ((torch.randn(2, 2, 32, 32, generator=rng) * 20) for _ in range(2))
    own.requires_grad_()
    before = objective._seen(gray, own, truth)
    before.backward()
    after = objective._seen(gray, own.detach() - own.grad / own.grad.abs().max(), truth)

    assert after < before
