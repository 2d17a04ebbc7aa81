"""Color from the network's stride to a finer one, by kernels that the network gives with it.

Every fine position is a mixture of the 3x3 coarse colors around it. The weights sum to 1 and follow from the gray
picture alone, so they are applied after decoding and not inside the network: what a user changes (hints, saturation, a
film's carried colors) is changed at the coarse stride first.
No torch here: the CPU path must not import it.
"""

from __future__ import annotations

import cv2
import numpy as np

from graycolor.types import Floats


def refined(ab: Floats, kernels: Floats) -> Floats:
    """Coarse colors (h,w,2) made finer by kernels (9,f*h,f*w): (f*h,f*w,2); the border is repeated outwards."""
    (height, width), factor = ab.shape[:2], kernels.shape[1] // ab.shape[0]
    around = cv2.copyMakeBorder(ab, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    # Every color repeated over its cell: a neighbor is then one shift away, and whole rows are multiplied at once.
    planes = cv2.split(cv2.resize(around, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST))
    fine = [np.zeros(kernels.shape[1:], np.float32) for _ in planes]
    for number, kernel in enumerate(kernels):
        top, left = (factor * place for place in divmod(number, 3))
        for plane, mixed in zip(planes, fine, strict=True):
            neighbor = plane[top : top + factor * height, left : left + factor * width]
            cv2.accumulateProduct(kernel, neighbor, mixed)
    return np.asarray(cv2.merge(fine), np.float32)
