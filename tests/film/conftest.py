"""Coloring one clip, as the command does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graycolor.colorizer import ColorizeSettings
from graycolor.files import Job
from graycolor.film.output.encode import EncodeSettings
from graycolor.jobs.film_plan import FilmOptions, find_films, plan_film
from graycolor.jobs.films import color_film


@pytest.fixture
def colored(colorizer):
    """A function that colors a film and returns what became of it."""

    def run(path: Path, suffix: str | None = None, *, codec: str | None = None, **options):
        target = path.with_name(f"{path.stem}-color{suffix or path.suffix}")
        encode = EncodeSettings(codec, options.pop("quality", None), lossless=options.pop("lossless", False))
        options = FilmOptions(ColorizeSettings(size=64), encode=encode, overwrite=True, **options)
        return color_film(plan_film(Job(path, target), options), colorizer, options)

    return run


@pytest.fixture
def made(colorizer):
    """A function that colors a film or numbered frames as the command does."""

    def run(film, out=None, **options):
        options = FilmOptions(ColorizeSettings(size=64), **options)
        found = find_films([film], out, options)
        for refusal in found.refusals:
            raise refusal.error
        return color_film(plan_film(found.jobs[0], options), colorizer, options)

    return run
