"""Looking at a film before it is colored: what it is, how long it will take, and its shots one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import cv2

from graycolor.colorizer import Colorizer
from graycolor.film.source.probe import probe
from graycolor.jobs.film_estimate import estimate
from graycolor.jobs.film_plan import plan_film
from graycolor.jobs.film_shots import Shot, shots_of
from graycolor.jobs.photo_work import as_ours
from graycolor.web.films.coloring import StoppedError, job_of
from graycolor.web.films.film import FAILED, IN_COLOR, LOOKING, READY, FilmInHand
from graycolor.web.films.kept import take_up
from graycolor.web.photo import Photo

SIDE = 1280
"""Longer side of the frames that stand for shots."""
_QUALITY = 95
_BREATH = 0.02
"""Seconds between two looks at whether what goes first is over."""


class Looking:
    """A look at one film.

    Args:
        film: what was brought.
        found: is called with the frame of every shot that was found.
    """

    def __init__(self, film: FilmInHand, found: Callable[[Photo], None]) -> None:
        self._film, self._found = film, found
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Look no further."""
        self._stopped.set()

    def run(self, open_colorizer: Callable[[], Colorizer], gives_way: Callable[[], bool]) -> None:
        """Look; what is wrong with the film is told in its sentence."""
        film = self._film
        try:
            self._plan()
            if film.state == READY:
                self._estimate(open_colorizer())
                if not film.shots:
                    self._shots(gives_way)
        except Exception as error:  # the thread has others to look at
            if not self._stopped.is_set():
                self._end(FAILED, str(as_ours(error, film.source)))

    def _plan(self) -> None:
        film = self._film
        if film.film is None:
            self._end(LOOKING)
            if film.is_local:
                take_up(film)
        film.film = probe(film.source)
        if film.film.colored and not film.by_light:
            self._end(IN_COLOR, f"{film.name} has colors of its own, so it was left as it is.")
            return
        options = film.options(overwrite=True)
        film.plan = plan_film(job_of(film.source, film.out, options), options)
        self._end(READY)

    def _estimate(self, colorizer: Colorizer) -> None:
        film = self._film
        assert film.plan is not None
        if not self._stopped.is_set():
            film.estimate = estimate(
                film.plan, colorizer, film.options(overwrite=True, hints=(), references=()), shots=0
            )
            film.version += 1

    def _shots(self, gives_way: Callable[[], bool]) -> None:
        film = self._film
        assert film.plan is not None
        for found in shots_of(film.plan.film, SIDE):
            self._check()
            while gives_way() and not self._stopped.wait(_BREATH):
                pass
            if isinstance(found, Shot):
                self._found(film.take(found, self._still(found)))
            else:
                film.looked = found
        film.all_shots = True

    def _check(self) -> None:
        if self._stopped.is_set():
            raise StoppedError("Somebody has stopped it.")

    def _still(self, shot: Shot) -> Path:
        place = self._film.folder / f"shot-{shot.number:05}.jpg"
        place.write_bytes(bytes(cv2.imencode(".jpg", shot.picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]))
        return place

    def _end(self, state: str, sentence: str = "") -> None:
        self._film.state, self._film.sentence = state, sentence
        self._film.version += 1
