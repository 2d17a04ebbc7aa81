"""Making gray pictures old on a GPU, whole batches at a time: the steps of `graycolor.data.degrade` in torch."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from graycolor.data.degrade import NEARLY_GONE

_CHANCE = 0.45
_REC709 = (0.2126, 0.7152, 0.0722)
_EMULSIONS = ((0.02, 0.48, 0.5), (0.0, 0.1, 0.9), (0.33, 0.33, 0.34))
"""Orthochromatic, blue-sensitive and panchromatic, as in `graycolor.data.degrade`."""
_JPEG_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
"""The luma quantisation table of ITU-T T.81, Annex K, row by row."""


class Aging:
    """Random chains of gamma, fading, vignette, blur, grain and JPEG, one for each picture of a batch.

    Pictures are gray codes (B,1,H,W), 0..255, H and W multiples of 8; all draws come from `generator`.
    """

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator

    def __call__(self, gray: Tensor) -> Tensor:
        for step in (self._gamma, self._faded, self._vignetted, self._blurred, self._grainy, self._jpeg):
            chosen = self._uniform(gray, 0, 1) < _CHANCE
            gray = torch.where(chosen, step(gray).clamp(0, 255), gray)
        return gray

    def mixed(self, rgb: Tensor, gray: Tensor) -> Tensor:
        """`gray` for half of the pictures, for the others `rgb` (B,3,H,W) as an old emulsion would have seen it."""
        emulsions = torch.tensor(_EMULSIONS, device=rgb.device)
        kinds = torch.randint(len(_EMULSIONS), (len(rgb),), generator=self.generator, device=rgb.device)
        share = self._uniform(rgb, 0.3, 1.0)[:, 0, 0]
        weights = share * emulsions[kinds] + (1 - share) * torch.tensor(_REC709, device=rgb.device)
        seen = torch.einsum("bchw,bc->bhw", rgb, weights)[:, None]
        return torch.where(self._uniform(rgb, 0, 1) < 0.5, gray, seen)

    def _uniform(self, like: Tensor, low: float, high: float) -> Tensor:
        """One number for each picture, (B,1,1,1)."""
        draws = torch.rand(len(like), generator=self.generator, device=like.device)
        return (low + (high - low) * draws)[:, None, None, None]

    def _gamma(self, gray: Tensor) -> Tensor:
        return (gray / 255) ** torch.exp(self._uniform(gray, -0.45, 0.45)) * 255

    def _faded(self, gray: Tensor) -> Tensor:
        low, high = self._uniform(gray, 0, 60), self._uniform(gray, 180, 255)
        darkest = self._uniform(gray, 0, 160)
        gone = self._uniform(gray, 0, 1) < NEARLY_GONE
        low, high = torch.where(gone, darkest, low), torch.where(gone, darkest + self._uniform(gray, 40, 95), high)
        return low + (high - low) * gray / 255

    def _vignetted(self, gray: Tensor) -> Tensor:
        height, width = gray.shape[-2:]
        y = torch.linspace(-1, 1, height, device=gray.device)[:, None]
        x = torch.linspace(-1, 1, width, device=gray.device)
        return gray * (1 - self._uniform(gray, 0.1, 0.5) * ((x**2 + y**2) / 2) ** 1.5)

    def _blurred(self, gray: Tensor) -> Tensor:
        return _gaussian(gray, self._uniform(gray, 0.3, 1.4))

    def _grainy(self, gray: Tensor) -> Tensor:
        noise = torch.randn(gray.shape, generator=self.generator, device=gray.device)
        coarse = _gaussian(noise, torch.full_like(noise[:, :1, :1, :1], 0.8)) * 2
        noise = torch.where(self._uniform(gray, 0, 1) < 0.5, coarse, noise)
        return gray + noise * self._uniform(gray, 2, 14)

    def _jpeg(self, gray: Tensor) -> Tensor:
        """What quantising the 8x8 cosine coefficients at a quality of 25 to 90 leaves."""
        quality = self._uniform(gray, 25, 90)
        scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)[..., None]
        table = torch.tensor(_JPEG_LUMA, device=gray.device, dtype=gray.dtype).reshape(8, 1, 8)
        steps = ((table * scale + 50) / 100).floor().clamp(1, 255)
        cosine = _cosine_matrix(gray)
        blocks = (gray[:, 0] - 128).unflatten(2, (-1, 8)).unflatten(1, (-1, 8))
        coefficients = torch.einsum("ui,bminj,vj->bmunv", cosine, blocks, cosine)
        kept = (coefficients / steps).round() * steps
        back = torch.einsum("ui,bmunv,vj->bminj", cosine, kept, cosine)
        return (back + 128).flatten(3, 4).flatten(1, 2)[:, None]


def _gaussian(picture: Tensor, sigma: Tensor) -> Tensor:
    """Each picture (B,1,H,W) blurred with its own sigma (B,1,1,1)."""
    reach = torch.arange(-4, 5, device=picture.device, dtype=picture.dtype)
    kernel = torch.exp(-(reach**2) / (2 * sigma[:, :, 0] ** 2))
    kernel = (kernel / kernel.sum(-1, keepdim=True))[:, :, None]
    side_by_side = F.pad(picture, (4, 4, 4, 4), mode="reflect").transpose(0, 1)
    once = F.conv2d(side_by_side, kernel, groups=len(picture))
    return F.conv2d(once, kernel.transpose(2, 3), groups=len(picture)).transpose(0, 1)


def _cosine_matrix(like: Tensor) -> Tensor:
    """The orthonormal 8-point DCT-II, one frequency a row."""
    frequency = torch.arange(8, device=like.device, dtype=like.dtype)[:, None]
    place = torch.arange(8, device=like.device, dtype=like.dtype)
    matrix = torch.cos((2 * place + 1) * frequency * math.pi / 16) / 2
    matrix[0] /= math.sqrt(2)
    return matrix
