"""What was wished of a film on this machine, kept beside what is finished of it: found again after a restart."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from graycolor.checked_json import Source, checked, read_json
from graycolor.errors import GraycolorError, OutputError
from graycolor.files import write_atomic
from graycolor.film.job.user_hints import FilmHint, FilmReference, Moment
from graycolor.film.output.segments import frames_left_by_earlier_run, parts_folder
from graycolor.film.steadiness.steady import SteadySettings
from graycolor.jobs.film_command import hint_text
from graycolor.pictures.door import bytes_of
from graycolor.web.films.coloring import STOPPED, Coloring, job_of
from graycolor.web.films.film import FilmInHand
from graycolor.web.wishes import Wishes

_NAME = "wishes.json"


@dataclass(frozen=True)
class _Reference:
    name: str
    frame: int | None = None


@dataclass(frozen=True)
class _Wishes:
    """A film's wishes as they lie in a file; photographs that lead lie beside it."""

    colors: dict[str, float | bool | str | None] = field(default_factory=dict)
    smoothing: float = 0.5
    lossless: bool = False
    by_light: bool = False
    hints: list[str] = field(default_factory=list)
    references: list[_Reference] = field(default_factory=list)


def keeper_of(film: FilmInHand) -> Callable[[Path], None]:
    """What writes the film's wishes, as they are now, into the folder of a result's finished pieces."""
    names = [
        _Reference(f"reference-{number}{each.photo.suffix}", each.moment.frame if each.moment else None)
        for number, each in enumerate(film.references)
    ]
    photos = [bytes_of(each.photo) for each in film.references]
    hints = [hint_text(each) for each in film.hints]
    wishes = _Wishes(dict(film.colors), film.smoothing, film.lossless, film.by_light, hints, names)

    def keep(target: Path) -> None:
        folder = parts_folder(target)
        for own, photo in zip(names, photos, strict=True):
            write_atomic(folder / own.name, photo, overwrite=True)
        write_atomic(folder / _NAME, json.dumps(asdict(wishes)).encode(), overwrite=True)

    return keep


def take_up(film: FilmInHand) -> None:
    """Wish again what an earlier page has wished, where it was stopped: the film then goes on where it was."""
    for lossless in (False, True):
        film.lossless = lossless
        target = job_of(film.source, film.out, film.options(overwrite=True)).target
        with suppress(GraycolorError, OSError):
            if frames := frames_left_by_earlier_run(target):
                _wish(film, target)
                stopped = Coloring(film.source, film.out, film.folder, film.options(), film.options(), STOPPED)
                stopped.kept, film.whole = frames, stopped
                return
    film.lossless = False


def _wish(film: FilmInHand, target: Path) -> None:
    folder = parts_folder(target)
    source = Source(str(folder / _NAME), "the film is colored anew", OutputError)
    said = checked(read_json(folder / _NAME, source), _Wishes, source)
    Wishes(said.colors).colors, SteadySettings(smoothing=said.smoothing)  # refuses what is out of range
    hints = [FilmHint.parse(text) for text in said.hints]
    references = [_copied(each, folder, film.folder) for each in said.references]
    film.colors, film.smoothing, film.by_light = dict(said.colors), said.smoothing, said.by_light
    film.reference = next((each.photo for each in references if each.moment is None), None)
    film.remembered = [*hints, *(each for each in references if each.moment is not None)]


def _copied(reference: _Reference, source: Path, target: Path) -> FilmReference:
    """The photograph in a place of the visit's own: the pieces go when the film is done."""
    name = Path(reference.name).name
    (target / name).write_bytes(bytes_of(source / name))
    return FilmReference(target / name, None if reference.frame is None else Moment(reference.frame))
