"""`graycolor.colorize` and `colorize_video`: one call for a picture of any kind, one for a film."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, overload

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import PIXELS
from graycolor.colorizer import Colorizer
from graycolor.errors import InputError, MissingInputError, ResultWarning
from graycolor.files import IN_PYTHON, IN_PYTHON_FOR_FILMS, Claims, check_kind, plan
from graycolor.files.nearby import nearest_name
from graycolor.guidance.hints import Hint, as_hints
from graycolor.jobs.guide import reference_pixels
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photos import color_photo
from graycolor.names import readable
from graycolor.notebook import ColoredPath
from graycolor.pictures.in_memory import array_codes, given_image, gray_of, of_type, rgb_of
from graycolor.progress import progress_bar
from graycolor.settings import ColorizeSettings, said_settings, weights_path

if TYPE_CHECKING:
    from PIL import Image

    from graycolor.jobs.film_coloring import Progress
    from graycolor.jobs.film_plan import FilmOptions


class Options(TypedDict, total=False):
    """What `colorize` takes beside the picture; see there."""

    weights: str | Path | None
    device: str
    threads: int | None
    settings: ColorizeSettings | None
    hints: Iterable[Hint | str]
    reference: str | Path | NDArray[Any] | Image.Image | None
    overwrite: bool
    max_pixels: int


@overload
def colorize(picture: str | os.PathLike[str], **options: Unpack[Options]) -> Path: ...
@overload
def colorize(picture: NDArray[Any], **options: Unpack[Options]) -> NDArray[Any]: ...
@overload
def colorize(picture: Image.Image, **options: Unpack[Options]) -> Image.Image: ...
def colorize(
    picture: Any,
    *,
    weights: str | Path | None = None,
    device: str = "auto",
    threads: int | None = None,
    settings: ColorizeSettings | None = None,
    hints: Iterable[Hint | str] = (),
    reference: str | Path | NDArray[Any] | Image.Image | None = None,
    overwrite: bool = False,
    max_pixels: int = PIXELS,
) -> Any:
    """Color a picture: an array, a PIL image or a path; the same kind comes back.

    Args:
        picture: a numpy array (H,W) or (H,W,1..4) of uint8, uint16, bool or floats in 0..1, alpha last; a PIL image of
            any mode; or the path of a file, whose result is written beside it as `<stem>-color<suffix>`.
        weights, device, threads: see `Colorizer`; the last two networks used stay loaded.
        settings: see `ColorizeSettings`.
        hints: colors at places, as text `X,Y,#RRGGBB` (pixels or percent) or `graycolor.guidance.hints.Hint`.
        reference: a photograph whose colors lead: its path, a PIL image, or its sRGB pixels (H,W,3).
        overwrite: for a path, replace a result that is already there.
        max_pixels: for paths, larger pictures are refused; see `graycolor.bounds`.

    Returns:
        An array (H,W,3) or, with alpha, (H,W,4) of the same type (uint8 for bool); a PIL image, RGB or RGBA; or the
        path of the result, which a notebook shows as before and after (see `graycolor.show`). Lightness equals the
        input's within one step of its depth at every pixel.

    Raises:
        GraycolorError: see `graycolor.errors`. Floats outside 0..1 and values that are no numbers are an InputError.

    Warns:
        DepthWarning: a PIL image has more than 8 bits, which Pillow's color has not.
        ProfileWarning: a PIL image has a color profile that cannot be applied.
        ResultWarning: a file's result could not keep something, or the reference has little in common with the picture.
    """
    colorizer = _colorizer(weights, device, threads)
    settings, placed = said_settings(settings), as_hints(hints)
    led = None if reference is None else colorizer.reference(_pixels_of(reference, max_pixels), settings)
    if isinstance(picture, (str, os.PathLike)):
        options = PhotoOptions(
            settings=settings, hints=placed, reference=led, overwrite=overwrite, max_pixels=max_pixels
        )
        read = (
            Path(os.fsdecode(each))
            for each in (reference, weights_path(weights))
            if isinstance(each, (str, os.PathLike))
        )
        return _colorize_file(_path_of(picture, "picture"), colorizer, options, read)
    color = partial(colorizer.colorize, settings=settings, hints=placed, reference=led)
    if isinstance(picture, np.ndarray):
        return _colorize_array(picture, color)
    if _is_image(picture):
        return _colorize_image(picture, color)
    raise InputError(f"graycolor colors arrays, PIL images and paths, not {type(picture).__name__}.")


@lru_cache(maxsize=2)
def _colorizer(weights: str | Path | None, device: str, threads: int | None) -> Colorizer:
    return Colorizer(weights, device=device, threads=threads)


def _pixels_of(reference: Any, max_pixels: int) -> NDArray[np.uint8]:
    if isinstance(reference, (str, os.PathLike)):
        return reference_pixels(_path_of(reference, "reference"), max_pixels)
    if isinstance(reference, np.ndarray) or _is_image(reference):
        return rgb_of(reference)
    raise InputError(f"A reference is an array, a PIL image or a path, not {type(reference).__name__}.")


def _path_of(given: Any, what: str) -> Path:
    """The path of a file that is there.

    Raises:
        InputError: it is none.
    """
    if not isinstance(given, (str, os.PathLike)):
        raise InputError(f"A {what} is given by its path, not as {type(given).__name__}.")
    said = os.fsdecode(given)
    if not said:
        raise InputError(f"The path of the {what} is empty; give the path of a file.")
    if Path(said).is_dir():
        raise InputError(f"{said} is a folder, not a {what}; give the path of a file.")
    if "\0" in said or not Path(said).exists():
        raise MissingInputError(f"There is no file {said}; {nearest_name(said)}")
    return Path(said)


def _film_of(given: Any) -> Path:
    """The path of a film, or the pattern of the files that its frames are."""
    from graycolor.film.source.numbering import is_pattern

    if isinstance(given, (str, os.PathLike)) and is_pattern(os.fsdecode(given)):
        return Path(os.fsdecode(given))
    return _path_of(given, "film")


def _is_image(given: Any) -> bool:
    return hasattr(given, "getbands") and hasattr(given, "convert")


def _colorize_file(path: Path, colorizer: Colorizer, options: PhotoOptions, read: Iterable[Path]) -> Path:
    check_kind(path)
    planned = plan([path], None, overwrite=options.overwrite, claims=Claims([path, *read]), advice=IN_PYTHON)
    for refusal in planned.refusals:
        raise refusal.error
    _warn_of(color_photo(planned.jobs[0], colorizer, options).notes)
    return ColoredPath.of(planned.jobs[0].target, path)


def _warn_of(notes: Iterable[str]) -> None:
    for note in notes:
        warnings.warn(note, ResultWarning, stacklevel=4)


def _colorize_array(array: NDArray[Any], color: Callable[..., NDArray[Any]]) -> NDArray[Any]:
    codes, alpha = array_codes(array)
    result = of_type(color(gray_of(codes), depth=codes.itemsize * 8), array.dtype)
    if alpha is None:
        return result
    return np.concatenate([result, alpha if alpha.dtype.kind != "b" else alpha * np.uint8(255)], axis=2)


def _colorize_image(image: Image.Image, color: Callable[..., NDArray[Any]]) -> Image.Image:
    from PIL import Image as PilImage

    given = given_image(image)
    rgb = color(given.gray, depth=8)
    result = PilImage.fromarray(rgb if given.alpha is None else np.dstack([rgb, given.alpha]))
    result.info = given.info
    return result


def colorize_video(
    film: str | Path,
    out: str | Path | None = None,
    *,
    weights: str | Path | None = None,
    device: str = "auto",
    threads: int | None = None,
    options: FilmOptions | None = None,
    progress: bool | Callable[[Progress], None] = False,
) -> Path:
    """Color a film; every other track and all times stay as they are, and so does the luma of every frame.

    Args:
        film: the path of a film, or the pattern of numbered frames, like `reel/f_%06d.dpx`.
        out: the result, which may be such a pattern, or a folder for it; None for `<stem>-color<suffix>` beside the
            film.
        weights, device, threads: see `Colorizer`.
        options: see `FilmOptions`: part, encoder, colors, what to do with an earlier result.
        progress: True for a bar (tqdm), or something to call after every frame.

    Returns:
        The path of the result.

    Raises:
        GraycolorError: see `graycolor.errors`; what is finished is kept, and the same call goes on from there.

    Warns:
        ResultWarning: the result could not keep something, or a reference has little in common with what it leads.
    """
    from graycolor.jobs.film_plan import FilmOptions, find_films, plan_film
    from graycolor.jobs.films import color_film

    options = options or FilmOptions()
    if isinstance(out, (str, os.PathLike)) and not os.fsdecode(out):
        raise InputError("The path of the result is empty; leave it out for a result beside the film.")
    found = find_films([_film_of(film)], out, options, weights=weights, advice=IN_PYTHON_FOR_FILMS)
    for refusal in found.refusals:
        raise refusal.error
    if found.skipped:
        return found.skipped[0].target
    planned = plan_film(found.jobs[0], options, in_color="FilmOptions(source='color')")
    with progress_bar(readable(found.jobs[0].source.name), "frame", shown=progress is True) as advance:

        def told(film: Progress) -> None:
            advance(film.done, film.total, earlier=film.earlier)

        outcome = color_film(
            planned, _colorizer(weights, device, threads), options, progress if callable(progress) else told
        )
    _warn_of((*planned.notes, *outcome.notes))
    return found.jobs[0].target
