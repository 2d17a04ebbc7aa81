"""Recipes by name: settings that made something worth making again."""

from __future__ import annotations

from typing import Any

from graycolor.errors import UsageError

PRESETS: dict[str, dict[str, Any]] = {
    # Many passes from the embedded weights, for scenes in poor light too, with less of the rebalancing.
    "long": {
        "architecture": "lite",
        "epochs": 32,
        "batch": 32,
        "learning_rate": 8e-4,
        "zoom": (140, 208),
        "degraded": 0.3,
        "relit": 0.2,
        "rebalancing": 0.5,
        "rebalancing_undone": 0.25,
        "temperature": 0.6,
        "queries": 32,
        "warmup": 500,
        "area": 144 * 144,
        "weight_decay": 0.03,
        "drop_path": 0.05,
        "dropout": 0.05,
        "stretch": 0.15,
        "ema": 0.9995,
        "validation_photos": 400,
        "checkpoint_minutes": 10.0,
    },
    # As the embedded weights were trained on from those before them; docs/model-card.md.
    "default": {
        "architecture": "lite",
        "epochs": 12,
        "batch": 30,
        "learning_rate": 8e-4,
        "zoom": (140, 208),
        "degraded": 0.3,
        "warmup": 100,
        "area": 144 * 144,
        "weight_decay": 0.03,
        "drop_path": 0.05,
        "dropout": 0.1,
        "stretch": 0.15,
    },
    "default-detail": {
        "architecture": "lite",
        "phase": "detail",
        "epochs": 1,
        "batch": 16,
        "learning_rate": 2e-3,
        "zoom": (140, 192),
        "degraded": 0.2,
        "warmup": 20,
        "ema": 0.98,
        "area": 160 * 160,
        "temperature": 0.6,
        "rebalancing_undone": 0.75,
        "size": 192,
    },
    "default-finish": {
        "architecture": "lite",
        "phase": "finish",
        "epochs": 1,
        "batch": 24,
        "learning_rate": 4e-4,
        "zoom": (140, 192),
        "degraded": 0.2,
        "warmup": 40,
        "ema": 0.995,
        "area": 144 * 144,
        "temperature": 0.6,
        "rebalancing_undone": 0.75,
        "size": 192,
        "frozen_blocks": 8,
    },
}
# Going on from finished weights: slower, and for nearly the whole encoder.
PRESETS["default-finish-deep"] = PRESETS["default-finish"] | {
    "learning_rate": 3e-4,
    "frozen_blocks": 3,
    "drop_path": 0.05,
}
# The same behind `long`, whose scenes and rebalancing it keeps.
PRESETS["long-finish"] = PRESETS["default-finish-deep"] | {
    "relit": 0.2,
    "rebalancing": 0.5,
    "rebalancing_undone": 0.25,
}


def preset(name: str) -> dict[str, Any]:
    """The settings of a recipe.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in PRESETS:
        raise UsageError(f"There is no preset {name!r}; choose {', '.join(PRESETS)}.")
    return dict(PRESETS[name])
