"""Settings beside a result (`<result>.graycolor.json`), so that it can be made again to the last byte.

What a person may say of a picture is one flat mapping, under the names of the command's options; a sidecar is that
mapping, with who made the result from what.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from graycolor import __version__
from graycolor.bounds import HINT_FILE_BYTES
from graycolor.checked_json import Source, checked, read_json
from graycolor.errors import GraycolorError, InputError, MissingInputError
from graycolor.files import STDIO, Job
from graycolor.files.regular import sha256_of
from graycolor.jobs.photo_options import PhotoOptions, options_of
from graycolor.looks import Look
from graycolor.names import json_text, path_told, told

if TYPE_CHECKING:
    from graycolor.jobs.saved import SavedReference

FORMAT = 1


class Saved(NamedTuple):
    """What a sidecar says.

    Attributes:
        settings: as `graycolor.jobs.photo_options.options_of` takes them.
        weights: fingerprint of the weights that the result was made with.
        version: graycolor's.
    """

    settings: Mapping[str, Any]
    weights: str
    version: str

    def differences(self, weights: str) -> str:
        """A sentence where the same settings will not give the same colors; empty where they will."""
        if self.weights != weights:
            return f"These settings were saved with other weights ({self.weights}); the colors will differ."
        if self.version != __version__:
            return f"These settings were saved by graycolor {self.version}; the colors may differ a little."
        return ""


def sidecar(job: Job, options: PhotoOptions, weights: str) -> bytes:
    """The settings of one result, as the file's bytes."""
    content = {
        "format": FORMAT,
        "graycolor": __version__,
        "weights": weights,
        "input": job.source.name,
        "input_sha256": None if job.source == STDIO else sha256_of(job.source),
        "outputs": [result.name for result in options.results(job.target)],
        "settings": settings_of(options) | {"format": job.target.suffix.removeprefix(".")},
    }
    return (json_text(content, indent=2) + "\n").encode()


def settings_of(options: PhotoOptions) -> dict[str, Any]:
    """What a person said, as plain values."""
    write = options.write
    path = options.reference if isinstance(options.reference, Path) else None
    return {
        **options.settings.as_dict(),
        "hints": [{"color": hint.color, "points": hint.points, "percent": hint.percent} for hint in options.hints],
        "reference": path and {"file": told(path.absolute()), "sha256": _kept_hash(path)},
        "variants": options.variants,
        "seed": options.seed,
        "compare": options.compare,
        "confidence": options.confidence,
        "quality": write.quality,
        "keep": write.keep,
        "interleaved": write.interleaved,
        "input": options.kind,
        "mark": write.mark is not None,
        "strip_metadata": write.strip_metadata,
        "keep_times": options.keep_times,
    }


def read_sidecar(path: Path) -> Saved:
    """The settings in a sidecar.

    Raises:
        MissingInputError: it, or the reference it names, is not there.
        InputError: it is no sidecar, says what makes no sense, or the reference has changed.
    """
    from graycolor.jobs.saved import SavedFile, SavedFormat, SavedSettings

    advice = "correct it, or name a settings file that --save-settings wrote"
    source = Source(str(path), advice, largest=HINT_FILE_BYTES, noun="settings file")
    content = read_json(path, source)
    if checked(content, SavedFormat, source).format != FORMAT:
        raise InputError(f"{path} was saved by another version of graycolor; make it again with --save-settings.")
    saved = checked(content, SavedFile, source)
    typed = checked(saved.settings, SavedSettings, source, "settings")
    hints = [entry.hint(source, f"settings.hints[{number}]") for number, entry in enumerate(typed.hints or ())]
    look = typed.look if isinstance(typed.look, str) else checked(typed.look, Look, source, "settings.look")
    settings = saved.settings | {"hints": tuple(hints), "reference": _reference(typed.reference, path), "look": look}
    try:
        options_of(settings)
    except GraycolorError as error:
        raise InputError(f"{path} holds settings that make no sense: {error}") from error
    return Saved(settings, saved.weights, saved.graycolor)


def _reference(saved: SavedReference | None, path: Path) -> Path | None:
    """The reference where it was, or beside the sidecar, if it still is the same."""
    if saved is None:
        return None
    place = path_told(saved.file)
    places = (place, path.parent / place.name)
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise MissingInputError(f"The reference {places[0]} of {path.name} is gone; put it beside the settings.")
    if sha256_of(found) != saved.sha256:
        raise InputError(f"The reference {found} has changed since {path.name} was saved; say --reference to use it.")
    return found


@lru_cache(maxsize=4)
def _kept_hash(path: Path) -> str:
    return sha256_of(path)
