"""One photograph in hand: what it is, what was wished of it, and how it looks; nothing of it is written here."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graycolor.colorizer import Colorizer
from graycolor.errors import GraycolorError, InputError
from graycolor.files import Job
from graycolor.guidance.guidance import Guidance
from graycolor.guidance.likely_colors import common_colors, likely_colors
from graycolor.guidance.network_view import NetworkView
from graycolor.jobs.guide import guidance_for
from graycolor.jobs.outcome import Views, is_doubtful
from graycolor.jobs.photo_work import as_ours, read_job
from graycolor.jobs.results import shrunk, views_of_gray
from graycolor.network.chroma import Forecast
from graycolor.pictures.frames import Frames
from graycolor.pictures.picture import Picture
from graycolor.web.painting import jpeg, own_colors, painted
from graycolor.web.states import FAILED, IN_COLOR, READY, WAITING, short_reason
from graycolor.web.studio import IDLE, NOW, SOON, Studio
from graycolor.web.wishes import History, Wishes

SIDE = 1600
"""Longest side of the picture that is shown until somebody looks closer."""
THUMBNAIL = 320
_QUALITY = 88
_KEPT = 8
"""Looks of one photograph that can be shown again at once."""
_CHOICES = 4
"""Colorings to choose from, the usual one among them."""


@dataclass(frozen=True, eq=False)
class Looked:
    """What is remembered of a photograph, so that a wish costs no second look."""

    small: NDArray[np.uint8]
    sight: NetworkView
    size: tuple[int, int]
    kind: str
    pictures: int

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, with what will be worked out of it."""
        return self.small.nbytes + 2 * self.sight.probabilities.nbytes


@dataclass(frozen=True, eq=False)
class Shown:
    """How a photograph looks by some wishes.

    Attributes:
        key: of the wishes.
        views: small pictures of it.
        confidence: mean over the picture.
    """

    key: str
    views: Views
    confidence: float

    @property
    def doubtful(self) -> bool:
        """Whether a person should look."""
        return is_doubtful(self.confidence)


@dataclass(eq=False)
class Photo:
    """A photograph that a visitor brought.

    Attributes:
        source: its file.
        name: what it is called.
        history: what was wished of it.
        state: one of the words above.
        sentence: what a person should know about the state.
        size: width and height, upright.
        pictures: how many are in the file.
        shown: the looks that can be shown at once, by their keys.
        before, thumbnail: JPEG; in gray, and small as it looks now.
        own: JPEG in its own colors, of a photograph that has some and is left alone.
        kept: a version to compare others with.
        version: grows with every change that a page shows.
    """

    source: Path
    name: str
    history: History = field(default_factory=History)
    state: str = WAITING
    sentence: str = ""
    size: tuple[int, int] = (0, 0)
    kind: str = "gray"
    pictures: int = 1
    confidence: float = 0.0
    shown: OrderedDict[str, Shown] = field(default_factory=OrderedDict)
    before: bytes = b""
    thumbnail: bytes = b""
    own: bytes = b""
    kept: tuple[Wishes, Shown] | None = None
    version: int = 0
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    first: Future[Shown] | None = None

    @property
    def doubtful(self) -> bool:
        """Whether the network was guessing in so much of it that a person should look."""
        return self.state == READY and is_doubtful(self.confidence)

    @property
    def reason(self) -> str:
        """Why it was not colored, in a word or two for a small picture; empty where it was."""
        return short_reason(self.state, self.sentence, self.name)

    @property
    def latest(self) -> Shown | None:
        """The look by the wishes that hold now, or the last one before."""
        return self.shown.get(self.history.now.key) or (next(reversed(self.shown.values())) if self.shown else None)

    def look_of(self, key: str) -> Shown | None:
        """The look by some wishes, if it can be shown at once."""
        if self.kept is not None and self.kept[1].key == key:
            return self.kept[1]
        return self.shown.get(key)

    def keep(self) -> None:
        """Keep the version that is seen now, for others to be compared with."""
        if self.latest is not None:
            self.kept = self.history.now, self.latest
            self.version += 1

    def begin(self, studio: Studio) -> None:
        """Have it colored for the first time, when its turn comes."""
        self.state, self.version = WAITING, self.version + 1
        self.first = self.ask(studio, SOON)

    def ask(self, studio: Studio, urgency: int = NOW) -> Future[Shown]:
        """Have it colored by the wishes that hold now."""
        wishes = self.history.now
        if (known := self.shown.get(wishes.key)) is not None:
            self.state, self.sentence, self.confidence = READY, "", known.confidence
            future: Future[Shown] = Future()
            future.set_result(known)
            return future
        return studio.submit(urgency, lambda colorizer: self._color(colorizer, studio, wishes))

    def _color(self, colorizer: Colorizer, studio: Studio, wishes: Wishes) -> Shown:
        try:
            looked = self._looked(colorizer, studio, wishes)
            forecast = _forecasts(looked, colorizer, studio, wishes)[wishes.chosen]
        except Exception as error:
            self._fail(error)
            raise as_ours(error, self.source) from error
        views = views_of_gray(looked.small, [forecast], _QUALITY)
        shown = Shown(wishes.key, views, float(forecast.confidence.mean()))
        self._take_up(shown, looked, forecast)
        return shown

    def _take_up(self, shown: Shown, looked: Looked, forecast: Forecast) -> None:
        self.shown[shown.key] = shown
        while len(self.shown) > _KEPT:
            self.shown.popitem(last=False)
        self.before = shown.views.before
        self.size, self.kind, self.pictures = looked.size, looked.kind, looked.pictures
        self.confidence, self.state, self.sentence = shown.confidence, READY, ""
        self.thumbnail = views_of_gray(shrunk(looked.small, THUMBNAIL), [forecast]).after[0]
        self.version += 1

    def _fail(self, error: Exception) -> None:
        in_color = isinstance(error, HasColorsError)
        if self.shown and not in_color:  # a wish that cannot be fulfilled is told, and the photograph stays as it was
            return
        if in_color:
            self._show_own()
        self.state = IN_COLOR if in_color else FAILED
        self.sentence, self.version = self.told(as_ours(error, self.source)), self.version + 1

    def _show_own(self) -> None:
        """Pictures of it in its own colors, without a network."""
        with suppress(GraycolorError):
            self.size, self.own, self.thumbnail = own_colors(self.source, THUMBNAIL)

    def told(self, error: Exception | str) -> str:
        """A sentence for the visitor, who knows the photograph by its name alone."""
        return str(error).replace(str(self.source), self.name)

    def _looked(self, colorizer: Colorizer, studio: Studio, wishes: Wishes) -> Looked:
        colors = wishes.colors
        key = self.id, colors.size, colors.denoise, colors.temperature, wishes.options().kind
        return studio.memory.of(key, lambda: self._look(colorizer, wishes), lambda looked: looked.nbytes)

    def _look(self, colorizer: Colorizer, wishes: Wishes) -> Looked:
        picture, pictures = self._read(wishes)
        gray = picture.upright()
        sight = colorizer.look(gray, wishes.colors)
        return Looked(shrunk(gray, SIDE), sight, (gray.shape[1], gray.shape[0]), picture.kind, pictures)

    def _read(self, wishes: Wishes) -> tuple[Picture, int]:
        """The photograph, or the first page of it, and how many there are."""
        read = read_job(Job(self.source, self.source), wishes.options())
        if read.error is not None:
            raise read.error
        if read.picture is None:
            has = "faded colors" if read.kind == "faded" else "colors"
            raise HasColorsError(f"{self.name} has {has} of its own, so it is left alone and no result is written.")
        if isinstance(read.picture, Frames):
            return next(iter(read.picture)), len(read.picture)
        if not isinstance(read.picture, Picture):
            read.picture.close()
            raise InputError(f"{self.name} is a PDF; color it with graycolor colorize, or bring its pages as pictures.")
        return read.picture, 1

    def full(self, studio: Studio, wishes: Wishes | None) -> Future[bytes]:
        """All its pixels as a JPEG, for a close look: by some wishes, or in gray. Nothing where they hold no more."""

        def make(colorizer: Colorizer) -> bytes:
            if wishes is not None and wishes is not self.history.now and not (self.kept and self.kept[0] is wishes):
                return b""
            gray = self._read(self.history.now)[0].upright()
            if wishes is None:
                return jpeg(shrunk(gray, max(gray.shape)))
            looked = self._looked(colorizer, studio, wishes)
            return jpeg(painted(gray, _forecasts(looked, colorizer, studio, wishes)[wishes.chosen]))

        return studio.submit(SOON, make)

    def glance(self, studio: Studio) -> Future[None]:
        """Have its thumbnail made when there is nothing else to do; what was seen for that is not remembered."""
        wishes = self.history.now

        def make(colorizer: Colorizer) -> None:
            try:
                self.thumbnail, self.state = self._small(colorizer, studio, wishes), READY
            except Exception as error:
                self._fail(error)

        return studio.submit(IDLE, make)

    def small(self, studio: Studio, wishes: Wishes) -> Future[bytes]:
        """A small picture by some wishes, of which nothing is remembered: one of very many, on a wall."""
        return studio.submit(SOON, lambda colorizer: self._small(colorizer, studio, wishes))

    def _small(self, colorizer: Colorizer, studio: Studio, wishes: Wishes) -> bytes:
        looked = self._look(colorizer, wishes)
        forecast = _forecasts(looked, colorizer, studio, wishes)[wishes.chosen]
        self.confidence = float(forecast.confidence.mean())
        return views_of_gray(shrunk(looked.small, THUMBNAIL), [forecast]).after[0]

    def palette(self, studio: Studio, x: float, y: float) -> Future[tuple[list[str], dict[str, str]]]:
        """Colors to choose from at a place in percent: what is likely there, and what things usually have."""
        wishes = self.history.now

        def make(colorizer: Colorizer) -> tuple[list[str], dict[str, str]]:
            sight = self._looked(colorizer, studio, wishes).sight
            return likely_colors(sight, x, y), common_colors(sight, x, y)

        return studio.submit(NOW, make)

    def choices(self, studio: Studio, seed: int) -> Future[list[bytes]]:
        """Small pictures of different colorings, the usual one first."""
        wishes = self.history.now.saying(variants=_CHOICES, seed=seed)

        def make(colorizer: Colorizer) -> list[bytes]:
            looked = self._looked(colorizer, studio, wishes)
            forecasts = _forecasts(looked, colorizer, studio, wishes)
            return list(views_of_gray(shrunk(looked.small, THUMBNAIL), forecasts).after)

        return studio.submit(NOW, make)


class HasColorsError(GraycolorError):
    """A photograph has colors of its own, and nobody said that they should be replaced."""


def _forecasts(looked: Looked, colorizer: Colorizer, studio: Studio, wishes: Wishes) -> list[Forecast]:
    options = wishes.options()
    key = "reference", wishes.saying(hints=(), variants=1, seed=0).key
    bare = wishes.saying(hints=()).options()
    led = studio.memory.of(key, lambda: guidance_for(bare, colorizer), _guidance_bytes)
    reference = led.reference if led else None
    guidance = Guidance(options.hints, reference, options.variants, options.seed)
    return colorizer.guided(looked.sight, looked.size[::-1], options.settings, guidance)


def _guidance_bytes(guidance: Guidance | None) -> int:
    if guidance is None or guidance.reference is None:
        return 0
    return 2 * guidance.reference.sight.probabilities.nbytes
