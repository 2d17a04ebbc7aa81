"""The frames of whatever a film is made of: one file, or a sequence of them."""

from __future__ import annotations

from graycolor.film.source.probe import Film
from graycolor.film.source.read import FrameReader
from graycolor.film.source.sequence import SequenceReader


def reader_of(film: Film, end: int | None = None, *, with_pictures: bool = False) -> FrameReader | SequenceReader:
    """What reads the frames of `film` before the time `end`; see `FrameReader` and `SequenceReader`."""
    if film.files is None:
        return FrameReader(film, end)
    return SequenceReader(film, end, with_pictures=with_pictures)
