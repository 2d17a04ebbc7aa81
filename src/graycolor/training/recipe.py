"""What follows from a dataset where nobody said otherwise: how gently trained weights go on, and the size of crops."""

from __future__ import annotations

from typing import Any

from graycolor.settings import EMBEDDED

_MULTIPLE = 32
_FEW, _MANY = 1_000, 10_000
"""Photographs: below the first batches are small and weights do not decay; from the second on nearly all learns."""
_EARLY_BLOCKS = 8
"""The first half of the blocks in the encoder of `lite` at its base scale: what they see is the same everywhere."""


def suited(photos: int, squares: tuple[int, int] | None = None, **said: Any) -> dict[str, Any]:
    """Settings of `TrainConfig.of` that suit so many photographs to learn from; what was `said` is not among them.

    `squares` are height and width of arrays in the founding report's layout, None for other datasets: crops are whole
    pictures of their own size, as unworn as they are. Trained weights are trained on: the fewer photographs, the more
    gently, and no longer than it helps.
    """
    found: dict[str, Any] = {}
    if _starts_trained(said) and said.get("phase", "color") == "color":
        found |= {"patience": 4} | (_of_lite(photos) if said.get("architecture", "lite") == "lite" else {})
    found |= _of_squares(*squares) if squares else {}
    return {name: value for name, value in found.items() if name not in said}


def _of_squares(height: int, width: int) -> dict[str, Any]:
    crop = tuple(max(_MULTIPLE, round(side / _MULTIPLE) * _MULTIPLE) for side in (height, width))
    return {"crop": crop, "area": crop[0] * crop[1], "zoom": (min(crop), min(crop)), "degraded": 0.0}


def _starts_trained(said: dict[str, Any]) -> bool:
    """Whether the start is a whole network that was trained before."""
    init = said.get("init", EMBEDDED)
    if init == EMBEDDED:
        usual = {"architecture": "lite", "scale": "base", "loss": "bins"}
        return all(said.get(name, value) == value for name, value in usual.items())
    return bool(init != "scratch")


def _of_lite(photos: int) -> dict[str, Any]:
    """Crops as the network will see pictures, and as much learning as the photographs carry.

    Small batches are what gives few photographs steps enough: a hundred would make three of 32 crops an epoch.
    """
    few, many = photos < _FEW, photos >= _MANY
    return {
        "batch": 8 if photos < _FEW // 3 else 16 if few else 32,
        "learning_rate": round(7e-4 * min(1.0, photos / _MANY) ** 0.25, 6),
        "frozen_blocks": 3 if many else _EARLY_BLOCKS,
        "frozen_statistics": not many,
        "rebalancing": 0.5,  # as in the steps that the embedded weights have learnt in last
        "dropout": 0.1,
        "stretch": 0.15,
        "area": 144 * 144,
        "zoom": (140, 208),
        "warmup": 20 if few else 100,
        "weight_decay": 0.0 if few else 0.02,
    }
