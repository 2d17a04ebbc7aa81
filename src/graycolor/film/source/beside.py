"""What lies beside a film's pictures: the file with its other tracks, its tags and its chapters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graycolor.film.source.probe import Film, opened_film


class _Nothing:
    """Stands for a file that is not there: a sequence may have no sound."""

    streams = ()

    def __init__(self) -> None:
        self.metadata: dict[str, str] = {}

    def chapters(self) -> list[Any]:
        """None."""
        return []

    def demux(self, *_: object) -> Iterator[Any]:
        """No packets."""
        return iter(())


@contextmanager
def opened_beside(film: Film) -> Iterator[Any]:
    """The file that the other tracks, the tags and the chapters come from, opened; an empty one where there is none."""
    if film.beside is None:
        yield _Nothing()
        return
    with opened_film(film.beside) as container:
        yield container
