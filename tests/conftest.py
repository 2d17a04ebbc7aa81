"""Fixtures drawn by code, and the options of the suite."""

from __future__ import annotations

import io
import os
from pathlib import Path

import cv2
import hypothesis
import numpy as np
import pytest
from PIL import Image

from graycolor.colorizer import Colorizer

# A machine's load is nothing that a property could break.
hypothesis.settings.register_profile("graycolor", deadline=None)
hypothesis.settings.load_profile("graycolor")


# What the person who runs the tests likes is nothing that they should depend on.
os.environ["GRAYCOLOR_NO_CONFIG"] = "1"
# Hundreds of processes are started; each would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--materials",
        type=Path,
        default=None,
        metavar="FOLDER",
        help="research materials (warm-start weights, photographs); tests that need them are left out without it",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--materials") is None:
        needy = [item for item in items if item.get_closest_marker("materials")]
        config.hook.pytest_deselected(items=needy)
        items[:] = [item for item in items if item not in needy]


def pytest_report_header(config: pytest.Config) -> str:
    folder = config.getoption("--materials")
    return f"materials: {folder or 'none given, tests that need them are left out (see --materials)'}"


@pytest.fixture(scope="session")
def materials(request: pytest.FixtureRequest) -> Path:
    return request.config.getoption("--materials").resolve()


@pytest.fixture(scope="session")
def examples() -> Path:
    return Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="session")
def colorizer() -> Colorizer:
    return Colorizer(device="cpu", threads=1)


def scene(height: int, width: int, seed: int = 0) -> np.ndarray:
    """A drawn gray scene: soft sky, ground, a few disks, some grain; uint8 (height, width)."""
    rng = np.random.default_rng(seed)
    ramp = np.linspace(230, 40, height)[:, None] * np.ones((1, width))
    for _ in range(5):
        center = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(ramp, center, int(max(1, min(height, width) // 8)), float(rng.integers(0, 255)), -1)
    return np.clip(ramp + rng.normal(0, 3, ramp.shape), 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def draw():
    return scene


def sky_and_grass(count: int) -> list[tuple[str, bytes]]:
    """Encoded skies above grass, of several heights: something that can be learnt in a few steps."""
    rng = np.random.default_rng(0)
    photos = []
    for number in range(count):
        horizon = int(rng.integers(30, 66))
        pixels = np.zeros((96, 128, 3))
        pixels[:horizon], pixels[horizon:] = (90, 140, 230), (60, 130, 40)
        pixels = np.clip(pixels + rng.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        photos.append((f"{number}.png", buffer.getvalue()))
    return photos


@pytest.fixture(scope="session")
def drawn_photos():
    return sky_and_grass
