"""`graycolor.colorize` and `colorize_video`: one call for a picture of any kind, one for a film."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.errors import InputError
from graycolor.files import plan
from graycolor.guidance.hints import Hint, as_hints
from graycolor.jobs.guide import reference_pixels
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photos import color_photo
from graycolor.pictures.read import gray_or_color

if TYPE_CHECKING:
    from PIL import Image

    from graycolor.jobs.film_plan import FilmOptions
    from graycolor.jobs.films import Progress


def colorize(
    picture: Any,
    *,
    weights: str | Path | None = None,
    device: str = "auto",
    threads: int | None = None,
    settings: ColorizeSettings | None = None,
    hints: Iterable[Hint | str] = (),
    reference: str | Path | NDArray[np.uint8] | None = None,
    overwrite: bool = False,
) -> Any:
    """Color a picture: an array, a PIL image or a path; the same kind comes back.

    Args:
        picture: a numpy array (H,W) or (H,W,1..4) of uint8, uint16 or floats in 0..1, alpha last; a PIL image; or the
            path of a file, whose result is written beside it as `<stem>-color<suffix>`.
        weights, device, threads: see `Colorizer`; the last two networks used stay loaded.
        settings: see `ColorizeSettings`.
        hints: colors at places, as text `X,Y,#RRGGBB` (pixels or percent) or `graycolor.guidance.hints.Hint`.
        reference: a photograph whose colors lead: its path or its sRGB pixels (H,W,3).
        overwrite: for a path, replace a result that is already there.

    Returns:
        An array (H,W,3) or, with alpha, (H,W,4) of the same type; a PIL image; or the path of the result.
        Lightness equals the input's within one step of its depth at every pixel.

    Raises:
        GraycolorError: see `graycolor.errors`.
    """
    colorizer = _opened(weights, device, threads)
    settings, placed = settings or ColorizeSettings(), as_hints(hints)
    led = None if reference is None else colorizer.reference(_pixels_of(reference), settings)
    if isinstance(picture, (str, Path)):
        options = PhotoOptions(settings=settings, hints=placed, reference=led, overwrite=overwrite)
        return _colorize_file(Path(picture), colorizer, options)
    color = partial(colorizer.colorize, settings=settings, hints=placed, reference=led)
    if isinstance(picture, np.ndarray):
        return _colorize_array(picture, color)
    if hasattr(picture, "getbands"):
        return _colorize_image(picture, color)
    raise InputError(f"graycolor colors arrays, PIL images and paths, not a {type(picture).__name__}.")


@lru_cache(maxsize=2)
def _opened(weights: str | Path | None, device: str, threads: int | None) -> Colorizer:
    return Colorizer(weights, device=device, threads=threads)


def _pixels_of(reference: str | Path | NDArray[np.uint8]) -> NDArray[np.uint8]:
    return reference if isinstance(reference, np.ndarray) else reference_pixels(Path(reference))


def _colorize_file(path: Path, colorizer: Colorizer, options: PhotoOptions) -> Path:
    planned = plan([path], None, overwrite=options.overwrite)
    for refusal in planned.refusals:
        raise refusal.error
    color_photo(planned.jobs[0], colorizer, options)
    return planned.jobs[0].target


def _colorize_array(array: NDArray[Any], color: Callable[..., NDArray[Any]]) -> NDArray[Any]:
    codes, alpha = _codes_and_alpha(array)
    gray = codes[..., 0] if codes.shape[2] == 1 else gray_or_color(codes)[0]
    rgb = color(np.ascontiguousarray(gray), depth=codes.itemsize * 8)
    result = (rgb / np.float64(65535)).astype(array.dtype) if array.dtype.kind == "f" else rgb
    return result if alpha is None else np.concatenate([result, alpha], axis=2)


def _codes_and_alpha(array: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Color channels (H,W,1 or 3) as integer codes, and alpha (H,W,1) of the array's own type."""
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 2, 3, 4) or array.size == 0:
        raise InputError(f"An array of shape {array.shape} is no picture; give (H,W) or (H,W,1..4).")
    alpha = array[..., -1:] if array.shape[2] in (2, 4) else None
    channels = array if alpha is None else array[..., :-1]
    if array.dtype.kind == "f":
        return np.rint(np.clip(np.nan_to_num(channels), 0, 1) * 65535).astype(np.uint16), alpha
    if array.dtype not in (np.uint8, np.uint16):
        raise InputError(f"An array of {array.dtype} is no picture; give uint8, uint16, or floats in 0..1.")
    return np.ascontiguousarray(channels), alpha


def _colorize_image(image: Image.Image, color: Callable[..., NDArray[Any]]) -> Image.Image:
    from PIL import Image as PilImage

    has_alpha = image.has_transparency_data
    if image.mode.startswith("I;16"):
        codes = np.asarray(image)
        rgb = color(np.ascontiguousarray(codes), depth=8)
    else:
        pixels = np.asarray(image.convert("L" if image.mode in ("L", "1") else "RGBA" if has_alpha else "RGB"))
        rgb = _colorize_array(pixels, color)
    result = PilImage.fromarray(rgb)
    result.info = dict(image.info)
    return result


def colorize_video(
    film: str | Path,
    out: str | Path | None = None,
    *,
    weights: str | Path | None = None,
    device: str = "auto",
    threads: int | None = None,
    options: FilmOptions | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Path:
    """Color a film; every other track and all times stay as they are, and so does the luma of every frame.

    Args:
        film: the path of a film.
        out: the result, or a folder for it; None for `<stem>-color<suffix>` beside the film.
        weights, device, threads: see `Colorizer`.
        options: see `FilmOptions`: part, encoder, colors, what to do with an earlier result.
        progress: called after every frame.

    Returns:
        The path of the result.

    Raises:
        GraycolorError: see `graycolor.errors`; what is finished is kept, and the same call goes on from there.
    """
    from graycolor.jobs.film_plan import FilmOptions, find_films, plan_film
    from graycolor.jobs.films import color_film

    options = options or FilmOptions()
    found = find_films([film], out, options)
    for refusal in found.refusals:
        raise refusal.error
    color_film(plan_film(found.jobs[0], options), _opened(weights, device, threads), options, progress)
    return found.jobs[0].target
