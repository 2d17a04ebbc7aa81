"""Frames read up to the end of their shot: palettes of whole shots, bounded memory, nobody waits for each other."""

import threading
import time

import numpy as np
import pytest

from film_clips import Clip, make
from graycolor.errors import InputError
from graycolor.film.output.frame_painter import FramePainter
from graycolor.film.output.segments import Segment
from graycolor.film.source.probe import probe
from graycolor.film.source.read import FrameReader, Span
from graycolor.film.steadiness.shots import Step
from graycolor.film.steadiness.steady import Look, SteadySettings
from graycolor.jobs import film_ahead
from graycolor.jobs.film_ahead import Again, FilmAhead, has_palettes, see_with, span_from_shot
from graycolor.network.chroma import Forecast
from graycolor.network.places import Places
from graycolor.settings import ColorizeSettings

WHOLE = Span()
TINY = 1
"""Bytes of a bound that no frame fits in."""


@pytest.fixture(params=["mkv", "avi"])
def film(tmp_path, request):
    """A film whose index leads to a frame, and one that is decoded from its beginning."""
    return probe(make(tmp_path / f"old.{request.param}", Clip("ffv1", frames=60)))


class Counted(FrameReader):
    """Tells how many frames were decoded."""

    def __init__(self, film, end=None, broken_at=None):
        super().__init__(film, end)
        self.count, self._broken_at = 0, broken_at

    def frames(self, first=None):
        for frame in super().frames(first):
            if self.count == self._broken_at:
                raise InputError("It changes its size.")
            self.count += 1
            yield frame


def see(grays):
    """A network that sees the gray itself."""
    cells = [gray[::4, ::4].astype(np.float32) for gray in grays]
    return [
        Places(
            Forecast(np.dstack([each - 128, 128 - each]) / 4, np.full(each.shape, 0.5, np.float32)),
            gray,
            (np.stack([each, each.T.reshape(each.shape)]),),
        )
        for each, gray in zip(cells, grays, strict=True)
    ]


def ahead_of(film, most=film_ahead.HELD_BYTES, reader=None, span=WHOLE, cuts=(), **more):
    """Reads a film ahead; at `cuts`, numbers of frames, its picture is another one, for both readers."""
    reader = reader or FrameReader(film)
    painter = FramePainter(film, film.conversion.pixel_format, 96)
    plain, numbers = painter.gray, {frame.pts: number for number, frame in enumerate(FrameReader(film).frames())}

    def gray(frame):
        shot = sum(cut <= numbers[frame.pts] for cut in cuts)
        return (
            np.ascontiguousarray(np.random.default_rng(shot).permuted(plain(frame), axis=shot % 2))
            if shot
            else plain(frame)
        )

    painter.gray = gray
    frames = reader.frames(span.first)
    shown = ((frame, painter.gray(frame)) for _, frame in zip(range(span.frames or 999), frames, strict=False))
    return FilmAhead(shown, Again(reader, film, span, painter), see, key_every=4, most=most, **more)


def settled(ahead, keys_of=lambda number: number % 8 == 0):
    """Numbers, steps, and what the palettes make of key frames, asked for as soon as they are taken."""
    found, steps = [], []
    for number, ((frame, gray), step) in enumerate(ahead.frames()):
        steps.append((frame.pts, step))
        if keys_of(number):
            (places,) = ahead.settled([Look(frame.pts, gray, step)])
            found.append(None if places is None else places.forecast.ab)
    ahead.close()
    return steps, found


@pytest.mark.parametrize("cuts", [(), (7, 30), (6, 12, 18, 40)])
def test_palettes_are_the_same_whatever_the_bound(film, cuts):
    steps, whole = settled(ahead_of(film, cuts=cuts))
    for most in (TINY, 60_000):
        again, bounded = settled(ahead_of(film, most, cuts=cuts))

        assert again == steps
        assert all(a is b is None or np.array_equal(a, b) for a, b in zip(whole, bounded, strict=True))
    assert [number for number, (_, step) in enumerate(steps) if step is Step.CUT] == [0, *cuts]
    assert any(each is not None for each in whole)


def test_a_shot_that_fits_is_decoded_once(film, monkeypatch):
    opened = []
    monkeypatch.setattr(film_ahead, "reader_of", lambda *arguments: opened.append(Counted(*arguments)) or opened[-1])
    settled(ahead_of(film))
    assert opened == []
    settled(ahead_of(film, TINY))
    assert len(opened) == 1
    settled(ahead_of(film, TINY, cuts=(20, 40)))
    seeks = "matroska" in film.container

    assert len(opened) == (4 if seeks else 2)  # where there is no index, one goes on where it stood
    assert sum(each.count for each in opened[1:]) <= 80


def test_frames_are_held_up_to_the_bound(film):
    reader = Counted(film)
    ahead = ahead_of(film, 10 * 72 * 58 * 3, reader)
    frames = ahead.frames()
    for _ in range(5):
        next(frames)
    counts = []
    while len(counts) < 10 or len(set(counts[-10:])) > 1:
        time.sleep(0.02)
        counts.append(reader.count)
    ahead.close()

    assert 11 <= counts[-1] <= 40
    assert not any(each.name == "graycolor-read" for each in threading.enumerate())


def test_frames_before_the_lead_are_only_looked_through(film):
    times = [frame.pts for frame in FrameReader(film).frames()]
    steps, whole = settled(ahead_of(film))
    rest, found = settled(ahead_of(film, lead=times[32]))

    assert rest == steps[32:]
    assert np.array_equal(found[0], whole[4])


@pytest.mark.parametrize("most", [TINY, film_ahead.HELD_BYTES])
def test_an_error_comes_out_behind_the_frames_before_it(film, most):
    taken = []
    ahead = ahead_of(film, most, Counted(film, broken_at=20))
    with pytest.raises(InputError, match="changes its size"):
        taken.extend(ahead.settled([Look(frame.pts, gray, step)]) for (frame, gray), step in ahead.frames())
    ahead.close()

    assert len(taken) == 20


def test_what_fails_while_a_shot_is_looked_through_is_told(film):
    ahead = ahead_of(film)
    ahead._looking._see = lambda _: 1 / 0
    with pytest.raises(ZeroDivisionError):
        settled(ahead)
    ahead.close()


def test_a_part_ends_where_it_should_for_both_readers(film):
    times = [frame.pts for frame in FrameReader(film).frames()]
    span = Span(times[10], times[50], 24)
    _, whole = settled(ahead_of(film, span=span, reader=FrameReader(film, span.end)))
    steps, bounded = settled(ahead_of(film, TINY, span=span, reader=FrameReader(film, span.end)))

    assert [pts for pts, _ in steps] == times[10:34]
    assert all(map(np.array_equal, whole, bounded))


def test_closing_does_not_wait_for_what_nobody_takes(film):
    others = set(threading.enumerate())
    for taken in (0, 1, 30):
        ahead = ahead_of(film, TINY)
        frames = ahead.frames()
        for _ in range(taken):
            next(frames)
        ahead.close()
    ahead_of(film).close()  # never begun

    assert set(threading.enumerate()) <= others


def test_a_run_that_goes_on_within_a_shot_comes_to_the_same_palette(film, colorizer):
    painter, settings = FramePainter(film, film.conversion.pixel_format, 96), ColorizeSettings(size=64)
    times = [frame.pts for frame in FrameReader(film).frames()]
    last = Segment(number=0, frames=20, first=0, last=0, next=times[32], lead=times[24], shot=film.start, into=20)
    made = []
    for span, lead in ((Span(), None), (span_from_shot(Span(), last, 20), last.lead)):
        reader = FrameReader(film)
        shown = ((frame, painter.gray(frame)) for frame in reader.frames(span.first))
        again = Again(reader, film, span, painter)
        ahead = FilmAhead(shown, again, see_with(colorizer, settings), key_every=4, lead=lead, most=TINY)
        key = next(item for item in ahead.frames() if item[0][0].pts == times[32])
        made += ahead.settled([Look(times[32], key[0][1])])
        ahead.close()
    (alone,) = colorizer.places([key[0][1]], settings)

    assert np.array_equal(made[0].forecast.ab, made[1].forecast.ab)
    assert not np.array_equal(made[0].forecast.ab, alone.forecast.ab)


def test_the_part_that_is_left_begins_with_the_shot_at_hand():
    last = Segment(number=1, frames=16, first=30, last=45, next=46, lead=14, shot=12, into=34)

    assert span_from_shot(Span(5, 900, 100), None, 0) == Span(5, 900, 100)
    assert span_from_shot(Span(5, 900, 100), last, 41) == Span(12, 900, 93)
    assert span_from_shot(Span(5, 900), last, 41) == Span(12, 900)


def test_frames_that_are_to_be_colored_by_themselves_have_no_palettes(colorizer):
    assert has_palettes(colorizer, SteadySettings())
    assert not has_palettes(colorizer, SteadySettings(smoothing=0))


def test_closing_does_not_wait_for_frames_that_are_decoded_to_get_to_others(tmp_path, monkeypatch):
    """Without an index, the second reader decodes a film from its beginning: that is minutes of a long one."""
    film, decoded, closing = probe(make(tmp_path / "old.avi", Clip("ffv1", frames=60))), [], []

    class Closed(FrameReader):
        def _time(self, frame, last):
            decoded.append(frame)
            if len(decoded) == 10:
                closing.append(threading.Thread(target=ahead.close))
                closing[0].start()
                while not self._stopped:
                    time.sleep(0.001)
            return super()._time(frame, last)

    monkeypatch.setattr(film_ahead, "reader_of", Closed)
    ahead = ahead_of(film, TINY, lead=[frame.pts for frame in FrameReader(film).frames()][40])
    (frame, gray), step = next(ahead.frames())
    ahead.settled([Look(frame.pts, gray, step)])
    closing[0].join(30)

    assert not closing[0].is_alive()
    assert len(decoded) <= 12
