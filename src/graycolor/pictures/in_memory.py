"""Pictures that a program has in memory: numpy arrays and PIL images to codes and back, with nothing guessed silently.

What has no clear meaning is refused: a wrong guess at the range of the values gives a black or a white picture.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from graycolor.errors import DepthWarning, InputError, ProfileWarning
from graycolor.pictures.kind import kind_of
from graycolor.pictures.light import gray_or_color, light_of_gray, light_of_image
from graycolor.pictures.png_colors import profile_of_png
from graycolor.pictures.profiles import to_srgb
from graycolor.pictures.read_16bit import as_eight_bit

if TYPE_CHECKING:
    from PIL import Image

    from graycolor.pictures.picture import Codes

_SLACK = 1e-3
"""How far floats may lie outside 0..1, as rounding and the like leave them: a quarter of an 8-bit step."""
_WHOLE = {"La": "LA", "RGBa": "RGBA"}
"""Modes whose colors Pillow keeps multiplied by alpha."""


@dataclass(frozen=True, eq=False)
class GivenImage:
    """A PIL image as this package reads it.

    Attributes:
        gray: (H,W) uint8 or uint16, the sRGB gray of equal L.
        alpha: (H,W) uint8; None of an opaque image.
        info: for the result: what the image carried, with a profile that fits.
    """

    gray: Codes
    alpha: NDArray[np.uint8] | None
    info: dict[Any, Any]


def array_codes(array: NDArray[Any]) -> tuple[Codes, NDArray[Any] | None]:
    """Color channels (H,W,1 or 3) of an array as uint8 or uint16 codes, and alpha (H,W,1) of the array's own type.

    Raises:
        InputError: it is of another shape or type, or has values that are no light.
    """
    array = np.asarray(array)
    shaped = array[..., None] if array.ndim == 2 else array
    if shaped.ndim != 3 or shaped.shape[2] not in (1, 2, 3, 4) or shaped.size == 0:
        raise InputError(f"An array of shape {array.shape} is no picture; give (H,W) or (H,W,1..4).")
    alpha = shaped[..., -1:] if shaped.shape[2] in (2, 4) else None
    channels = shaped if alpha is None else shaped[..., :-1]
    return _codes(channels), alpha


def _codes(values: NDArray[Any]) -> Codes:
    kind, size = values.dtype.kind, values.dtype.itemsize
    if kind == "f":
        return _codes_of_light(values, "An array of floats")
    if kind == "b":
        return np.ascontiguousarray(values.astype(np.uint8) * np.uint8(255))
    if kind != "u" or size > 2:
        raise InputError(
            f"An array of {values.dtype} is no picture; give uint8, uint16, bool, or floats in 0..1, "
            "say with array.astype(numpy.uint8)."
        )
    return cast("Codes", np.ascontiguousarray(values.astype(values.dtype.newbyteorder("="), copy=False)))


def _codes_of_light(values: NDArray[Any], name: str) -> NDArray[np.uint16]:
    """Floats in 0..1 as 16-bit codes."""
    low, high = float(values.min()), float(values.max())  # NaN where any value is
    if not np.isfinite((low, high)).all():
        raise InputError(f"{name} holds values that are infinite or no numbers; replace them first.")
    if low < -_SLACK or high > 1 + _SLACK:
        raise InputError(f"{name} goes from {low:g} to {high:g}, and light is 0..1; divide it by the value of white.")
    # In half precision 65535 would be infinite.
    return np.rint(np.clip(values.astype(np.float64), 0, 1) * 65535).astype(np.uint16)


def of_type(rgb: Codes, dtype: np.dtype[Any]) -> NDArray[Any]:
    """A result (H,W,3) in the type of the array that was given: floats in 0..1; codes where that was of bits."""
    if dtype.kind == "f":
        return (rgb / np.float64(65535)).astype(dtype)
    return rgb if dtype.kind == "b" else rgb.astype(dtype, copy=False)


def given_image(image: Image.Image) -> GivenImage:
    """The gray, alpha and companions of a PIL image of any mode; of several frames, of the one it stands at.

    `I` is taken as 16 bits where a value is above 255, `F` as 0..1 where none is above 1, and as 0..255 else, as
    Pillow itself converts to them.

    Raises:
        InputError: it is empty, cannot be decoded, or has values that are no light.
    """
    profile = _profile_of(image)
    image = _decoded(image)
    info = {key: value for key, value in image.info.items() if key not in ("transparency", "icc_profile")}
    if _is_deep(image):
        gray, alpha = _deep_gray(image)
        light = light_of_gray(gray, profile)
    else:
        alpha = np.asarray(image.convert("RGBA").getchannel("A")) if image.has_transparency_data else None
        light = light_of_image(image, profile)
    for note in light.notes:
        warnings.warn(note, ProfileWarning, stacklevel=3)
    return GivenImage(light.gray, alpha, info | ({"icc_profile": light.icc} if light.icc else {}))


def _profile_of(image: Image.Image) -> bytes | None:
    own: bytes | None = image.info.get("icc_profile")
    return profile_of_png(image) if own is None and image.format == "PNG" else own


def _is_deep(image: Image.Image) -> bool:
    return image.mode in ("I", "F") or image.mode.startswith("I;16")


def _decoded(image: Image.Image) -> Image.Image:
    """The image with its pixels, and colors that are not multiplied by alpha."""
    if not image.width or not image.height:
        raise InputError(f"An image of {image.width} x {image.height} pixels is no picture; give one that has some.")
    try:
        image.load()
    except Exception as error:  # decoders raise whatever their author thought of
        raise InputError(f"The image is damaged or cut off and cannot be decoded ({error}).") from error
    whole = _WHOLE.get(image.mode)
    if whole is None and not (image.mode == "P" and image.has_transparency_data):
        return image
    return image.convert(whole or "RGBA")


def _deep_gray(image: Image.Image) -> tuple[Codes, NDArray[np.uint8] | None]:
    values = np.asarray(image)
    clear = image.info.get("transparency")
    alpha = np.where(values == clear, 0, 255).astype(np.uint8) if isinstance(clear, int) else None
    if image.mode != "F":
        gray = _whole(values)
    elif not np.isfinite(high := float(values.max())) or high <= 1 + _SLACK:
        gray = _codes_of_light(values, "The image of floats")
    elif high <= 255 and np.array_equal(values, np.rint(values)):
        gray = _whole(values)
    else:
        gray = _codes_of_light(values / np.float64(255), "The image of floats, divided by 255,")
    if gray.dtype == np.uint16:
        warnings.warn(_EIGHT_BITS, DepthWarning, stacklevel=4)
    return gray, alpha


_EIGHT_BITS = (
    "Pillow has no color of 16 bits a channel, so this result has 8; for 16 give graycolor.colorize the pixels as an "
    "array of uint16, or of floats in 0..1."
)


def _whole(values: NDArray[Any]) -> Codes:
    """Whole numbers as 8-bit codes where all fit into them, unless they are of 16 bits by their type."""
    low, high = int(values.min()), int(values.max())
    if low < 0 or high > 65535:
        raise InputError(f"The image goes from {low} to {high}, and light is 0..255 or 0..65535; scale it before.")
    return cast("Codes", values.astype(np.uint16 if values.dtype.itemsize == 2 or high > 255 else np.uint8))


def rgb_of(given: NDArray[Any] | Image.Image) -> NDArray[np.uint8]:
    """An array or a PIL image in color as 8-bit sRGB (H,W,3).

    Raises:
        InputError: it has no colors, or see `array_codes` and `given_image`.
    """
    if not isinstance(given, np.ndarray):
        image = _decoded(given)
        if _is_deep(image):
            raise InputError(f"An image of mode {image.mode} has no colors to lead with; give one in color.")
        color, _ = to_srgb(image if image.mode == "CMYK" else image.convert("RGB"), image.info.get("icc_profile"))
        return np.asarray(color.convert("RGB"))
    codes, _ = array_codes(given)
    if codes.shape[2] != 3:
        raise InputError(f"An array of shape {given.shape} has no colors to lead with; give (H,W,3).")
    return as_eight_bit(codes)


def gray_of(codes: Codes) -> Codes:
    """Gray (H,W) of color channels (H,W,1 or 3)."""
    if codes.shape[2] == 1:
        return cast("Codes", np.ascontiguousarray(codes[..., 0]))
    return gray_or_color(codes)[0]


def check_reference(rgb: NDArray[np.uint8]) -> None:
    """Refuse what is no array in color that could lead other pictures.

    Raises:
        InputError: see there.
    """
    if not isinstance(rgb, np.ndarray):
        raise InputError(
            f"A reference is an array (H,W,3) of uint8, not {type(rgb).__name__}; graycolor.colorize takes other kinds."
        )
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or rgb.size == 0:
        raise InputError(
            f"A reference is (H,W,3) of uint8, not {rgb.shape} of {rgb.dtype}; graycolor.colorize takes other kinds."
        )
    if kind_of(rgb) == "gray":
        raise InputError("The reference has no colors to lead with; choose a photograph in color.")
