"""What light a picture's codes stand for: gray, palettes, RGB, CMYK and Lab, under whatever profile, as sRGB gray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lab import lightness_to_luminance, linear_to_srgb
from graycolor.color.lightness_join import gray_of_rgb
from graycolor.pictures.kind import kind_of
from graycolor.pictures.littlecms import srgb_of
from graycolor.pictures.profiles import is_srgb, not_applied, srgb_profile, to_srgb
from graycolor.pictures.read_16bit import eight_bit
from graycolor.pictures.tone import gray_by_profile
from graycolor.types import Codes

if TYPE_CHECKING:
    from PIL import Image


_WEBP_NOISE = 1
"""WebP has no gray: a gray picture comes back with red and blue one step off its green."""


class Light(NamedTuple):
    """The gray of a picture, and what is known of its colors.

    Attributes:
        gray: (H,W) sRGB gray of equal lightness.
        was_color: there were colors.
        icc: the profile for the result.
        kind: see `graycolor.pictures.kind`.
        notes: a sentence each on what of the profile could not be followed.
    """

    gray: Codes
    was_color: bool = False
    icc: bytes | None = None
    kind: str = "gray"
    notes: tuple[str, ...] = ()


def light_of_image(image: Image.Image, profile: bytes | None) -> Light:
    """The same of an 8-bit picture."""
    if image.mode == "LAB":
        codes = linear_to_srgb(lightness_to_luminance(np.arange(256) / 2.55)) * 65535
        gray = np.rint(codes).astype(np.uint16)[np.asarray(image.getchannel(0))]
        return Light(gray, True, None, kind_of(np.asarray(_rgb_of_lab(image))))
    if image.mode in ("1", "L", "LA", "La"):
        return light_of_gray(np.asarray(image if image.mode == "L" else image.convert("LA").getchannel(0)), profile)
    is_webp = image.format == "WEBP"
    # CMYK keeps its own channels, because its profile speaks of them.
    image, icc = to_srgb(image if image.mode == "CMYK" else image.convert("RGB"), profile)
    rgb, notes = np.asarray(image.convert("RGB")), not_applied(profile) if profile and icc is None else ()
    if is_webp and np.ptp(rgb, axis=2).max() <= _WEBP_NOISE:
        return Light(cast(Codes, np.ascontiguousarray(rgb[..., 1])), icc=icc, notes=notes)
    return _light_of_rgb(rgb, icc, notes)


def light_of_codes(codes: NDArray[np.uint16], profile: bytes | None) -> Light:
    """The light of 16-bit gray (H,W), RGB (H,W,3) or CMYK (H,W,4), where 65535 is all of an ink."""
    if codes.ndim == 2:
        return light_of_gray(codes, profile)
    plain = codes if codes.shape[2] == 3 else _rgb_of_ink(codes)
    if not profile:
        return _light_of_rgb(plain, None)
    profiled = gray_by_profile(codes, profile) if codes.shape[2] == 3 else None
    if profiled is not None:
        was_color = gray_or_color(codes)[1]
        return Light(profiled, was_color, srgb_profile(), kind_of(eight_bit(codes)) if was_color else "gray")
    rgb = srgb_of(codes, profile)
    if rgb is not None:
        return _light_of_rgb(rgb, srgb_profile())
    return _light_by_eight_bits(codes, plain, profile)


def _light_by_eight_bits(codes: NDArray[np.uint16], plain: NDArray[np.uint16], profile: bytes) -> Light:
    """Where LittleCMS can be reached through Pillow alone, or cannot make anything of the profile either."""
    from PIL import Image

    image = Image.fromarray(eight_bit(codes), "CMYK" if codes.shape[2] == 4 else "RGB")
    converted, icc = to_srgb(image, profile)
    if icc is None:
        return _light_of_rgb(plain, None, not_applied(profile))
    note = "Its color profile was applied to the upper 8 of its 16 bits; that is all Pillow has here."
    return _light_of_rgb(np.asarray(converted).astype(np.uint16) * np.uint16(257), icc, (note,))


def light_of_gray(stored: Codes, profile: bytes | None) -> Light:
    """The light of gray (H,W) of 8 or 16 bits."""
    converted = gray_by_profile(stored, profile)
    if converted is not None:
        return Light(converted, icc=srgb_profile())
    if profile and is_srgb(profile):  # of colors, which is how many programs mark their grays
        return Light(stored, icc=profile)
    return Light(stored, notes=not_applied(profile) if profile else ())


def _light_of_rgb(rgb: Codes, icc: bytes | None, notes: tuple[str, ...] = ()) -> Light:
    gray, was_color = gray_or_color(rgb)
    if not was_color:
        return Light(gray, icc=icc, notes=notes)
    small = rgb if rgb.dtype == np.uint8 else eight_bit(cast("NDArray[np.uint16]", rgb))
    return Light(gray, True, icc, kind_of(cast("NDArray[np.uint8]", small)), notes)


def gray_or_color(rgb: Codes) -> tuple[Codes, bool]:
    """Gray of RGB pixels (H,W,3), and whether they had colors.

    A channel as it is where all three agree, else the 16-bit gray of equal lightness.
    """
    if np.array_equal(rgb[..., 0], rgb[..., 1]) and np.array_equal(rgb[..., 1], rgb[..., 2]):
        return cast(Codes, np.ascontiguousarray(rgb[..., 0])), False
    return gray_of_rgb(rgb), True


def colors_of_codes(codes: NDArray[np.uint16], profile: bytes | None) -> NDArray[np.uint16]:
    """sRGB (H,W,3) of 16-bit RGB or CMYK codes; their own colors where the profile cannot be applied."""
    converted = srgb_of(codes, profile) if profile else None
    if converted is not None:
        return converted
    return codes if codes.shape[2] == 3 else _rgb_of_ink(codes)


def _rgb_of_ink(codes: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """RGB (H,W,3) of CMYK (H,W,4) that no profile explains, as all programs take it."""
    paper = 65535 - codes.astype(np.uint32)
    return (paper[..., :3] * paper[..., 3:] // 65535).astype(np.uint16)


def _rgb_of_lab(image: Image.Image) -> Any:
    from PIL import ImageCms

    profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.applyTransform(image, ImageCms.buildTransform(*profiles, "LAB", "RGB")) or image
