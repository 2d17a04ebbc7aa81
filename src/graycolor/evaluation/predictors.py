"""Whose colors are judged: a network, another tool's pictures, and the baselines that every table shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import PIXELS
from graycolor.color.lightness_join import gray_of_rgb, join, lab_of_rgb8
from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.data.store import SUFFIXES, decode_photo
from graycolor.errors import BoundError, InputError, MissingInputError
from graycolor.evaluation.ground_truth import Rgb, Truth
from graycolor.pictures.door import bytes_of


class Predictor(Protocol):
    """Gives a colored picture for a truth, of which it may look at the lightness (and the name) alone."""

    def __call__(self, truth: Truth) -> Rgb:
        """(H,W,3) uint8 of the truth's size."""
        ...


def network(colorizer: Colorizer, settings: ColorizeSettings | None = None) -> Predictor:
    """What a network gives for the gray of equal lightness."""

    def predict(truth: Truth) -> Rgb:
        return colorizer.colorize(gray_of_rgb(truth.rgb), settings, depth=8).astype(np.uint8, copy=False)

    return predict


def constant(a: float, b: float) -> Predictor:
    """The same ab everywhere, as far as the lightness has room for it: gray is (0, 0)."""

    def predict(truth: Truth) -> Rgb:
        return with_true_lightness(truth.rgb, np.full((*truth.rgb.shape[:2], 2), (a, b), np.float32))

    return predict


def unchanged(truth: Truth) -> Rgb:
    """The truth itself."""
    return truth.rgb


class OtherTool:
    """Another tool's pictures in a folder, found by the truth's name without its suffix.

    Where the truths lie in folders of their own, so may the pictures; a picture that lies elsewhere is found by its
    file name, as long as no other has it.

    Args:
        folder: of the pictures, which may have suffixes of their own; `-color` at the end of a name is overlooked.
        max_pixels: of a picture; see `graycolor.bounds`.

    Raises:
        MissingInputError: there is no such folder.
    """

    def __init__(self, folder: Path, max_pixels: int = PIXELS) -> None:
        if not folder.is_dir():
            raise MissingInputError(f"There is no folder {folder}; give one of pictures to compare with.")
        self.folder, self._max_pixels = folder, max_pixels
        files = [file for file in sorted(folder.rglob("*")) if file.suffix.lower() in SUFFIXES]
        self._by_place = {file.relative_to(folder).with_name(_stem(file)): file for file in files}
        names = Counter(_stem(file) for file in files)
        self._by_name = {_stem(file): file for file in files if names[_stem(file)] == 1}

    def __contains__(self, truth: Truth) -> bool:
        return self._file(truth) is not None

    def _file(self, truth: Truth) -> Path | None:
        name = Path(truth.name)
        return self._by_place.get(name.with_suffix("")) or self._by_name.get(name.stem)

    def __call__(self, truth: Truth) -> Rgb:
        file = self._file(truth)
        if file is None:
            raise MissingInputError(f"{self.folder} has no picture for {truth.name}; make it, or leave it out.")
        try:
            rgb = decode_photo(bytes_of(file, self._max_pixels), 10_000, str(file), self._max_pixels)
        except BoundError:
            raise
        except Exception as error:
            raise InputError(f"{file} is no picture that can be read; make it again or remove it.") from error
        height, width = truth.rgb.shape[:2]
        if rgb.shape[:2] == (height, width):
            return rgb
        shrunk = rgb.shape[0] > height
        return cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA if shrunk else cv2.INTER_CUBIC)


def _stem(file: Path) -> str:
    return file.stem.removesuffix("-color")


def with_true_lightness(truth: Rgb, ab: NDArray[np.float32]) -> Rgb:
    """The colors `ab` (H,W,2) on the lightness of `truth` (H,W,3)."""
    return join(gray_of_rgb(truth), lambda top, bottom: ab[top:bottom], depth=8).astype(np.uint8, copy=False)


def mean_colors(truths: Iterable[Truth]) -> NDArray[np.float32]:
    """Mean a and b of every photograph, (n,2); their mean is the best that one color can do."""
    means = [lab_of_rgb8(_thumbnail(truth.rgb))[..., 1:].mean((0, 1)) for truth in truths]
    return np.array(means, np.float32).reshape(-1, 2)


def _thumbnail(rgb: Rgb) -> Rgb:
    return cv2.resize(rgb, (64, 64), interpolation=cv2.INTER_AREA)
