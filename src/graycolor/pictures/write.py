"""`Picture` and its colors back into a file's bytes, in the source's format, with all that travelled.

Where a format must be encoded anew it is never coarser than the source: JPEG takes over the source's own tables and
chroma resolution, WebP, TIFF and JPEG 2000 stay lossless where they were. Pillow writes most formats of 8 bits; what it
cannot write (16-bit color, EXIF in a compressed TIFF, boxes of JPEG 2000) is put together in files of their own.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np

from graycolor.errors import OutputError
from graycolor.pictures.formats import FORMATS, format_of_suffix
from graycolor.pictures.jpeg.header import with_header
from graycolor.pictures.jpeg.tables import chroma_table_for, row_by_row
from graycolor.pictures.jpeg.unlocked import jpeg_bytes
from graycolor.pictures.metadata.jp2_boxes import with_boxes
from graycolor.pictures.metadata.record import SAMPLING, XMP_KEYWORD, Metadata
from graycolor.pictures.metadata.texts import all_texts, comment_of
from graycolor.pictures.metadata.xmp_extended import whole_xmp
from graycolor.pictures.picture import Codes, Picture
from graycolor.pictures.write_16bit import jpeg2000_16bit, png_16bit, png_with_ratio, portable_pixmap
from graycolor.pictures.write_tiff import tiff

if TYPE_CHECKING:
    from PIL import Image

_QUALITY = 92
_LEAST_JPEG2000 = 64
_LOSSY = ("JPEG", "AVIF", "HEIF", "GIF")

__all__ = ["encode_picture", "format_of_suffix", "result_depth"]


def result_depth(picture: Picture, image_format: str) -> int:
    """Bits of a channel of the result: the source's where the format can hold it."""
    if image_format == "JPEG2000" and (picture.alpha is not None or min(picture.size) < _LEAST_JPEG2000):
        return 8  # OpenCV writes neither alpha nor small pictures at 16 bits, Pillow none
    return picture.depth if FORMATS[image_format].deep else 8


def encode_picture(rgb: Codes, picture: Picture, image_format: str | None = None, quality: int | None = None) -> bytes:
    """Encode sRGB pixels (H,W,3), uint8 or uint16, with the metadata and alpha of `picture`.

    A page of a TIFF that stays gray is (H,W).

    `image_format` is the source's unless given. `quality` is 1..100 for the lossy formats, and as good as the
    source's unless given. Only PNG, TIFF, JPEG 2000 and PPM take uint16.

    Raises:
        OutputError: the format cannot hold a picture of this size, or needs a package that is missing.
    """
    image_format = image_format or picture.format
    if image_format != "JPEG":
        picture = replace(picture, metadata=whole_xmp(picture.metadata))
    check_longest_side(rgb, image_format)
    target = FORMATS[image_format]
    pixels = with_alpha(rgb, picture) if target.alpha and rgb.ndim == 3 else rgb
    if image_format == "TIFF":
        return tiff(pixels, picture)
    if image_format == "PPM":
        return portable_pixmap(rgb, picture.metadata)
    if rgb.dtype == np.uint16:
        return png_16bit(pixels, picture.metadata) if image_format == "PNG" else jpeg2000_16bit(rgb, picture.metadata)
    return _encoded(pixels, picture, image_format, quality)


def check_longest_side(pixels: Codes, image_format: str) -> None:
    """Raise OutputError where the format has no room for a picture of this size."""
    side = FORMATS[image_format].largest_side
    if side and max(pixels.shape[:2]) > side:
        raise OutputError(f"{image_format} holds at most {side} pixels a side; write it as .png or .tif.")


def with_alpha(rgb: Codes, picture: Picture) -> Codes:
    """Color with the picture's transparency as a fourth channel of the same type, where it has one."""
    if picture.alpha is None:
        return rgb
    alpha = picture.alpha
    if alpha.dtype != rgb.dtype:
        alpha = (alpha // 257).astype(np.uint8) if rgb.dtype == np.uint8 else alpha.astype(np.uint16) * 257
    return cast(Codes, np.dstack([rgb, alpha]))


def _encoded(pixels: Codes, picture: Picture, image_format: str, quality: int | None) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    if image_format == "HEIF":
        image = _with_heif(image)
    if image_format == "GIF":
        image = as_gif(image)
    options = save_options(picture.metadata, image_format) | compression(picture, image_format, quality)
    if image_format == "JPEG":
        return with_header(jpeg_bytes(image, **options), picture.metadata)
    save_image(image, buffer, image_format, options)
    data = buffer.getvalue()
    ratio = None if picture.metadata.dpi else picture.metadata.ratio
    if image_format == "PNG" and ratio:
        return png_with_ratio(data, ratio)
    return with_boxes(data, picture.metadata) if image_format == "JPEG2000" else data


def encode_planes(luma: Codes, blue: Codes, red: Codes, sampling: tuple[int, int], options: dict[str, Any]) -> bytes:
    """An interleaved JPEG of 8-bit codes: Y' (H,W), and Cb and Cr, which have a sample for `sampling` pixels.

    `sampling` is across and down; `options` are Pillow's, as `compression` gives them.
    """
    from PIL import Image

    planes = luma, *(_repeated(plane, sampling, luma.shape) for plane in (blue, red))
    image = Image.merge("YCbCr", [Image.fromarray(plane) for plane in planes])
    return jpeg_bytes(image, **(options | {"subsampling": SAMPLING.get(sampling, "4:4:4")}))


def _repeated(plane: Codes, sampling: tuple[int, int], shape: tuple[int, ...]) -> Codes:
    """One chroma code for every pixel of `shape`."""
    size = plane.shape[1] * sampling[0], plane.shape[0] * sampling[1]
    return cast(Codes, cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST)[: shape[0], : shape[1]])


def save_image(image: Image.Image, buffer: io.BytesIO, image_format: str, options: dict[str, Any]) -> None:
    """Pillow's `save`; an AVIF encoder that cannot keep alpha without loss keeps it as well as it can."""
    try:
        image.save(buffer, image_format, **options)
    except ValueError:
        if "advanced" not in options:
            raise
        image.save(buffer, image_format, **{key: value for key, value in options.items() if key != "advanced"})


def as_gif(image: Image.Image) -> Image.Image:
    """The image with a palette of its own; Pillow's default for color is a fixed one that shows bands."""
    from PIL import Image as Modes

    if image.mode == "RGBA":
        return image  # Pillow keeps the transparent color by itself
    return image.quantize(256, Modes.Quantize.MEDIANCUT, dither=Modes.Dither.FLOYDSTEINBERG)


def _with_heif(image: Any) -> Any:
    """The image, after its plugin is there."""
    try:
        import pillow_heif
    except ImportError:
        from graycolor.packages import command_to_add

        add = command_to_add("pillow-heif")
        raise OutputError(f"HEIC needs pillow-heif, which is missing; write .avif, or add it with: {add}") from None
    pillow_heif.register_heif_opener()
    return image


def save_options(metadata: Metadata, image_format: str) -> dict[str, Any]:
    """Arguments for Pillow's `save` that keep `metadata` in `image_format`, except what it cannot hold.

    A JPEG's segments, a JPEG 2000's boxes and a TIFF's tags are written elsewhere.
    """
    options: dict[str, Any] = {"dpi": metadata.dpi} if image_format in ("JPEG", "PNG", "BMP") else {}
    if image_format in ("PNG", "WEBP", "AVIF", "HEIF"):
        options |= {"icc_profile": metadata.icc, "exif": metadata.exif}
    if image_format in ("WEBP", "AVIF", "HEIF"):
        options["xmp"] = metadata.xmp
    if image_format == "PNG":
        options["pnginfo"] = _png_text(metadata)
    if image_format == "GIF":
        options["comment"] = comment_of(metadata)
    return {key: value for key, value in options.items() if value is not None}


def _png_text(metadata: Metadata) -> Any:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for key, value in all_texts(metadata):
        info.add_text(key, value) if value.isascii() and key != XMP_KEYWORD else info.add_itxt(key, value)
    return info


def compression(picture: Picture, image_format: str, quality: int | None) -> dict[str, Any]:
    """Arguments for Pillow's `save` that say how to compress: as the source was, or at `quality`."""
    source: dict[str, Any] = picture.encoding if picture.format == image_format else {}
    if image_format == "JPEG":
        return _jpeg_compression(source if quality is None else {}, quality or _QUALITY)
    if image_format == "WEBP":
        lossless = quality is None and source.get("lossless", True)
        # exact: what lies under transparent pixels is part of the picture.
        return {"lossless": lossless, "quality": quality or _QUALITY, "method": 4, "exact": True}
    if image_format == "AVIF":
        exact_alpha = {} if picture.alpha is None else {"advanced": {"alpha:lossless": "1"}}
        return {"quality": quality or _QUALITY, "subsampling": "4:4:4", "speed": 8} | exact_alpha
    if image_format == "HEIF":
        return {"quality": quality or _QUALITY, "chroma": 444}
    return {"compress_level": 4} if image_format == "PNG" else {}


def is_lossy(picture: Picture, image_format: str, quality: int | None) -> bool:
    """Whether the format will move the light that it is given."""
    if image_format == "WEBP":
        return not compression(picture, image_format, quality)["lossless"]
    return image_format in _LOSSY


def _jpeg_compression(source: dict[str, Any], quality: int) -> dict[str, Any]:
    tables = source.get("tables")
    if not tables:
        return {"quality": quality, "subsampling": "4:4:4"}
    luma = tables[0]
    return {
        "qtables": [luma, tables[1] if len(tables) > 1 else row_by_row(chroma_table_for(luma))],
        "subsampling": source["sampling"],
        "progressive": source["progressive"],
    }
