import numpy as np
import torch

from graycolor.network.refine import OFFSETS, Kernels
from graycolor.training.objectives import finer, spread_out


def test_batches_are_refined_like_single_pictures():
    torch.manual_seed(0)
    coarse, spread, fine = torch.randn(2, 2, 5, 6), torch.randn(2, len(OFFSETS), 5, 6), torch.randn(2, 9, 10, 12)
    batch = finer(spread_out(coarse, spread), fine).numpy()

    for number, picture in enumerate(coarse.numpy()):
        kernels = Kernels(spread[number].numpy(), fine[number].numpy())
        single = kernels.applied(np.ascontiguousarray(picture.transpose(1, 2, 0)))
        np.testing.assert_allclose(single.transpose(2, 0, 1), batch[number], atol=1e-4)
