"""One film in hand: what it is, its shots, what was wished of it, and how far its colors are."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graycolor.film.job.user_hints import FilmHint, FilmReference, Moment
from graycolor.film.output.encode import EncodeSettings
from graycolor.film.output.frame_painter import small_shape
from graycolor.film.source.probe import Film
from graycolor.film.steadiness.steady import SteadySettings, seen_side
from graycolor.guidance.hints import Hint
from graycolor.jobs.film_command import hint_text, words_of
from graycolor.jobs.film_estimate import Estimate
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.jobs.film_shots import Shot
from graycolor.web.films.coloring import Coloring
from graycolor.web.films.line import Task
from graycolor.web.photo import Photo
from graycolor.web.wishes import History, Wishes, safe_name

LOOKING, READY, IN_COLOR, FAILED = "looking", "ready", "in color", "failed"
PREVIEW_SECONDS = 10.0
_COLORS = ("saturation", "temperature", "denoise", "look")
"""What is wished of the colors of the whole film, under the names of the command's options."""


@dataclass(eq=False)
class ShotInHand:
    """A shot on the page.

    Attributes:
        shot: where it is in the film.
        photo: the frame that stands for it, to be looked at and hinted like a photograph.
        reference: a photograph that leads this shot alone.
        thumbnail: a small picture of it, and the key of the wishes by which it was made.
    """

    shot: Shot
    photo: Photo
    reference: Path | None = None
    thumbnail: tuple[str, bytes] = ("", b"")

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The colors that were placed on its frame."""
        return self.photo.history.now.hints


@dataclass(eq=False)
class FilmInHand:
    """A film that a visitor brought, or that lies on the machine.

    Attributes:
        source: its file.
        name: what it is called.
        folder: for what the page makes of it; goes with the visit.
        out: where its result goes; None for beside the film, where the command puts it.
        colors: what was wished of the whole film; see `_COLORS`.
        smoothing, lossless: as of the command.
        overwrite: whether a result that is there may be replaced.
        by_light: whether it is colored by its light though it has colors.
        reference: a photograph that leads the whole film.
        state, sentence: one of the words above, and what a person should know of it.
        film, plan, estimate: what it is, what will be done, how long it takes; None while nobody knows.
        remembered: what was said of shots that are not found yet, by an earlier page: hints and photographs.
        looked: frames that were looked through for shots.
        shots: those that were found; all of them once `all_shots`.
        looking, preview, whole: what is being done with it, and how far that is.
        version: grows with every change that a page shows.
    """

    source: Path
    name: str
    folder: Path
    out: Path | None
    colors: dict[str, Any] = field(default_factory=dict)
    smoothing: float = 0.5
    lossless: bool = False
    overwrite: bool = False
    by_light: bool = False
    reference: Path | None = None
    state: str = LOOKING
    sentence: str = ""
    film: Film | None = None
    plan: FilmPlan | None = None
    estimate: Estimate | None = None
    remembered: list[FilmHint | FilmReference] = field(default_factory=list)
    looked: int = 0
    shots: list[ShotInHand] = field(default_factory=list)
    all_shots: bool = False
    looking: Task | None = None
    preview: Coloring | None = None
    whole: Coloring | None = None
    version: int = 0
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def is_local(self) -> bool:
        """Whether it stays where it lies, and so does its result."""
        return self.out is None

    @property
    def newest_frame(self) -> Path:
        """A picture of the newest frame, before and after, while the whole film is being colored."""
        return self.folder / "now.jpg"

    @property
    def seen(self) -> tuple[object, ...]:
        """What a page shows of it; it changes whenever that does, but for how far the work is."""
        works = [(id(each), each.version) for each in (self.preview, self.whole) if each is not None]
        return self.version, self.state, len(self.shots), self.all_shots, *works

    def say(self, **settings: Any) -> None:
        """Wish something of the whole film."""
        for name in ("smoothing", "lossless", "overwrite"):
            if name in settings:
                setattr(self, name, settings.pop(name))
        self.colors |= settings
        self.version += 1

    def take(self, shot: Shot, still: Path) -> Photo:
        """Add a shot that was found, with the file of its frame; the frame comes back."""
        mine = [each for each in self.remembered if each.moment == Moment(shot.still)]
        wishes = Wishes({**self._base(), "hints": tuple(each.hint for each in mine if isinstance(each, FilmHint))})
        photo = Photo(still, f"{self.name}, {clock(shot.seconds)}", History(wishes))
        led = next((each.photo for each in mine if isinstance(each, FilmReference)), None)
        self.shots.append(ShotInHand(shot, photo, led))
        self.remembered = [each for each in self.remembered if each not in mine]
        return photo

    def _base(self) -> dict[str, Any]:
        """Settings of a frame that stands for a shot: it is seen as small as the film's own key frames."""
        assert self.film is not None
        side = seen_side(small_shape(self.film, SteadySettings().flow_size))
        return {"input": "gray", "size": side, **self.colors}

    def wishes_of(self, shot: ShotInHand) -> Wishes:
        """All that holds for a shot."""
        return shot.photo.history.now.saying(**self._base(), reference=shot.reference or self.reference)

    def follow(self, shot: ShotInHand) -> None:
        """Take over what a shot's history says now of the whole film, after something was taken back or said again."""
        now = shot.photo.history.now.settings
        self.colors = {name: now[name] for name in _COLORS if name in now}
        led = now.get("reference")
        shot.reference = None if led == self.reference else led
        self.version += 1

    @property
    def hints(self) -> tuple[FilmHint, ...]:
        """All colors that were placed, each at the frame on which it was."""
        return (*_hints(self.shots), *(each for each in self.remembered if isinstance(each, FilmHint)))

    def outdated(self, work: Coloring) -> bool:
        """Whether something else is wished by now than when a coloring began."""
        now = self.options(overwrite=False)
        return now != replace(work.wished, overwrite=False)

    @property
    def _leading(self) -> tuple[FilmReference, ...]:
        return (FilmReference(self.reference),) if self.reference else ()

    @property
    def references(self) -> tuple[FilmReference, ...]:
        """All photographs that lead."""
        later = (each for each in self.remembered if isinstance(each, FilmReference))
        return (*self._leading, *_references(self.shots), *later)

    def options(self, **run: Any) -> FilmOptions:
        """The command's options; `run` are further fields of them, or others in their place."""
        options = FilmOptions(
            settings=Wishes(self.colors).colors,
            steady=SteadySettings(smoothing=self.smoothing),
            encode=EncodeSettings(lossless=self.lossless),
            overwrite=self.overwrite or not self.is_local,
            discard=True,  # the page has said so, where somebody has changed something
            source="color" if self.by_light else "auto",
            hints=self.hints,
            references=self.references,
        )
        return replace(options, **run)

    def preview_options(self, start: float | None) -> FilmOptions:
        """The options of a preview, without what was said of shots that it does not show: it need not look for them."""
        seconds = self.film.seconds if self.film else 0.0
        begin = max(0.0, min(seconds / 3, seconds - PREVIEW_SECONDS)) if start is None else start
        seen = [each for each in self.shots if self._is_seen(each, begin, begin + PREVIEW_SECONDS)]
        options = self.options(overwrite=True, preview=PREVIEW_SECONDS, start=start)
        return replace(options, hints=_hints(seen), references=(*self._leading, *_references(seen)))

    def _is_seen(self, shot: ShotInHand, begin: float, end: float) -> bool:
        assert self.film is not None
        return shot.shot.seconds < end and shot.shot.seconds + shot.shot.frames / float(self.film.rate) >= begin - 1

    def command_line(self) -> str:
        """What to type for the same result."""
        led = tuple(replace(each, photo=Path(each.photo.name)) for each in self.references)
        said = words_of(replace(self.options(), references=led))
        name = str(self.source) if self.is_local else safe_name(self.name)
        replaced = ["--overwrite"] if self.is_local and self.overwrite else []
        return shlex.join(["graycolor", "video", name, *said, *replaced])


def _hints(shots: Iterable[ShotInHand]) -> tuple[FilmHint, ...]:
    """One hint for each place, exactly as the command reads it from its text."""
    return tuple(
        FilmHint.parse(hint_text(FilmHint(Moment(each.shot.still), Hint(hint.color, (point,), percent=hint.percent))))
        for each in shots
        for hint in each.hints
        for point in hint.points
    )


def _references(shots: Iterable[ShotInHand]) -> tuple[FilmReference, ...]:
    return tuple(FilmReference(each.reference, Moment(each.shot.still)) for each in shots if each.reference)


def clock(seconds: float) -> str:
    """A moment of a film as a person reads it, such as `1:05` or `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
