import numpy as np
import torch

from graycolor.network.refine import refined
from graycolor.training.objectives import finer


def test_batches_are_refined_like_single_pictures():
    torch.manual_seed(0)
    coarse, kernels = torch.randn(2, 4, 5, 6), torch.randn(2, 9, 10, 12)
    fine = finer(coarse, kernels).numpy()

    for picture, kernel, wanted in zip(coarse.numpy(), kernels.numpy(), fine, strict=True):
        for first in (0, 2):
            single = refined(np.ascontiguousarray(picture[first : first + 2].transpose(1, 2, 0)), kernel)
            np.testing.assert_allclose(single.transpose(2, 0, 1), wanted[first : first + 2], atol=1e-5)
