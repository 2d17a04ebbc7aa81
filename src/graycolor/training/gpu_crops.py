"""Batches of crops made on a GPU, from photographs that all lie in its memory (torch).

A GPU's step is over before a CPU has cut the next batch. So the whole prepared set is uploaded once (60 thousand
photographs of 288 pixels are about 14 GB), and cutting, Lab and aging run there. The windows are those of the CPU path;
aging draws its own numbers.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from graycolor.color.lab import linear_to_srgb, luminance, rgb_to_lab, srgb_to_linear
from graycolor.data.relight import drawn_light, light_maps, relit
from graycolor.data.store import PhotoStore
from graycolor.network.config import MIDDLE, SPAN
from graycolor.training.aging import Aging
from graycolor.training.config import TrainConfig
from graycolor.training.crops import CROP, Batch, CropBatches, Window

_AGING, _LIGHT = 3, 4


class GpuCropBatches(CropBatches):
    """`CropBatches` whose photographs and transforms live on `device`; the batches are tensors there."""

    def __init__(
        self,
        store: PhotoStore,
        config: TrainConfig,
        stride: int,
        rank: int = 0,
        world: int = 1,
        *,
        device: torch.device,
    ) -> None:
        super().__init__(store, config, stride, rank, world)
        self.device = device
        self.pixels = torch.from_numpy(store.in_memory()).to(device)

    def batch(self, epoch: int, number: int) -> Batch:
        """This process's part of one batch."""
        shape, indices = self.plan(epoch, number)
        rgb = torch.stack([self._cut(index, self._window(epoch, index, shape)) for index in indices]) / 255
        rgb = self._relit(rgb, epoch, number)
        chroma = rgb_to_lab(rgb.permute(0, 2, 3, 1))[..., 1:]
        if self.stride > 1:
            chroma = F.avg_pool2d(chroma.permute(0, 3, 1, 2), self.stride).permute(0, 2, 3, 1)
        codes = self._aged(rgb, epoch, number)
        return Batch((codes - MIDDLE) / SPAN, chroma.contiguous())  # type: ignore[arg-type]  # tensors for arrays

    def _window(self, epoch: int, index: int, shape: tuple[int, int]) -> Window:
        rows, columns = (int(length) for length in self.store.sizes[index])
        return self.window(rows, columns, shape, self.generator(epoch, CROP, index))

    def _cut(self, index: int, window: Window) -> Tensor:
        """One crop (3,H,W), 0..255."""
        rows, columns = (int(length) for length in self.store.sizes[index])
        start = int(self.store.offsets[index])
        photo = self.pixels[start : start + rows * columns * 3].view(rows, columns, 3)
        part = photo[window.rows, window.columns].permute(2, 0, 1)[None].float()
        part = part.flip(-1) if window.mirrored else part
        return F.interpolate(part, window.shape, mode="bilinear", antialias=window.shrinks, align_corners=False)[0]

    def _relit(self, rgb: Tensor, epoch: int, number: int) -> Tensor:
        """sRGB (B,3,H,W), the configured share of it in poor light."""
        rng = self.generator(epoch, _LIGHT, number * self.world + self.rank)
        lit = [self._in_light(crop, rng) if rng.random() < self.config.relit else crop for crop in rgb]
        return torch.stack(lit)

    def _in_light(self, crop: Tensor, rng: np.random.Generator) -> Tensor:
        light = drawn_light(rng)
        maps = (torch.from_numpy(each).to(self.device) for each in light_maps(light, *crop.shape[1:]))
        return linear_to_srgb(relit(srgb_to_linear(crop.permute(1, 2, 0)), light, *maps)).permute(2, 0, 1)

    def _aged(self, rgb: Tensor, epoch: int, number: int) -> Tensor:
        """Gray codes (B,1,H,W), 0..255: of equal L, and for the configured share made old."""
        gray = linear_to_srgb(luminance(srgb_to_linear(rgb.permute(0, 2, 3, 1))))[:, None] * 255
        seed = int(self.generator(epoch, _AGING, number * self.world + self.rank).integers(2**62))
        aging = Aging(torch.Generator(self.device).manual_seed(seed))
        chosen = torch.rand(len(gray), generator=aging.generator, device=self.device) < self.config.degraded
        old = aging(aging.mixed(rgb * 255, gray))
        return torch.where(chosen[:, None, None, None], old, gray).round().clamp(0, 255)
