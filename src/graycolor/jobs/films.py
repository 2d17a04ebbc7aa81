"""Films: what is about to be done, settled and said beforehand, and then the whole way of one film.

Decoding, coloring and encoding overlap; memory holds a handful of frames whatever the length. All that is finished
lies beside the result in segments, so that a run that was stopped goes on.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from graycolor import __version__
from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.errors import InputError, UsageError
from graycolor.files import FILMS, OWN_MARK, Job, Plan, aside, find_inputs, own_name, plan, written
from graycolor.film.containers import Packing, check_codec, packing, result_suffix, usual_codec
from graycolor.film.encode import EncodeSettings, Encoding, chosen_codec, encoding_for, open_encoder
from graycolor.film.feed import SegmentFeed, Shown
from graycolor.film.packets import PicturePacket, write_packet
from graycolor.film.planes import FramePainter
from graycolor.film.probe import Film, probe
from graycolor.film.read import FrameReader, Span
from graycolor.film.remux import Part, write_film
from graycolor.film.segments import Scratch, Segment
from graycolor.film.steady import ShotColorizer, SteadySettings
from graycolor.jobs.stages import Finisher, prefetched

INPUTS = ("auto", "gray", "color")
_TRIAL = 48
"""Frames that an estimate is made from."""
_AHEAD = 6
"""Decoded frames that wait for their colors, and colored ones that wait for the encoder."""


@dataclass(frozen=True)
class FilmOptions:
    """What to do with each film.

    Attributes:
        settings: of the colors.
        steady: of what keeps them steady.
        encode: of the encoder.
        overwrite: replace a result that is already there.
        resume: go on with what an earlier, stopped run has left.
        source: `gray` or `color` says what the film is, `auto` looks and refuses one in color.
        start, duration: the part to do, in seconds.
        preview: only so many seconds, from `start` or a third into the film.
        frames: at most so many frames.
    """

    settings: ColorizeSettings = field(default_factory=ColorizeSettings)
    steady: SteadySettings = field(default_factory=SteadySettings)
    encode: EncodeSettings = field(default_factory=EncodeSettings)
    overwrite: bool = False
    resume: bool = True
    source: str = "auto"
    start: float | None = None
    duration: float | None = None
    preview: float | None = None
    frames: int | None = None

    def __post_init__(self) -> None:
        if self.source not in INPUTS:
            raise UsageError(f"A film is not '{self.source}'; choose one of {', '.join(INPUTS)}.")
        if (self.start or 0) < 0 or min(self.duration or 1, self.preview or 1) <= 0 or 0 in (self.duration, self.preview):
            raise UsageError("--start, --duration and --preview are times from 0 on; choose others.")
        if self.preview is not None and self.duration is not None:
            raise UsageError("--preview and --duration say the same; leave out one of the two.")
        if self.frames is not None and self.frames < 1:
            raise UsageError(f"{self.frames} frames are no film; choose 1 or more.")


@dataclass(frozen=True)
class FilmPlan:
    """What will be done with one film.

    Attributes:
        job: source and result.
        film: what the source holds.
        encoding: the encoder.
        packing: what happens to the other tracks.
        span: the part to do.
        frames: about how many, 0 where nobody knows.
        notes: what the user should know beforehand, as sentences.
    """

    job: Job
    film: Film
    encoding: Encoding
    packing: Packing
    span: Span
    frames: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """How far a film is: frames done of about `total`, `earlier` ones by earlier runs; `rate` is the film's own."""

    done: int
    total: int
    earlier: int
    rate: float


@dataclass(frozen=True)
class FilmOutcome:
    """What became of a film: frames in the result, seconds of work in this run, bytes, and notes on damage."""

    plan: FilmPlan
    frames: int
    seconds: float
    size: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Estimate:
    """What a film will take, judged by its first frames: seconds of work, bytes of the result, bytes beside it."""

    plan: FilmPlan
    seconds: float
    size: int
    scratch: int


def find_films(names: Iterable[str | Path], out: str | Path | None, options: FilmOptions) -> Plan:
    """Films and where their results go, with what cannot be done.

    Raises:
        UsageError: several films would go into one file.
    """
    sources, missing = find_inputs(names, kind=FILMS)
    codec = chosen_codec(options.encode, "") or None
    mark = OWN_MARK if options.preview is None else f"-preview{OWN_MARK}"

    def name(source: Path) -> str:
        return own_name(source, result_suffix(source.suffix, codec), mark)

    found = plan(sources, out, overwrite=options.overwrite, kind=FILMS, name=name)
    return Plan(found.jobs, (*missing, *found.refusals))


def plan_film(job: Job, options: FilmOptions) -> FilmPlan:
    """Look into a film and settle what will be done.

    Raises:
        InputError: it cannot be colored, or is in color and nobody said that this is meant.
        UsageError: the settings do not fit it.
    """
    film = probe(job.source)
    if film.colored and options.source == "auto":
        raise InputError(
            f"{job.source} is in color already; use --input color to give it new colors from its gray alone."
        )
    suffix = job.target.suffix.lower()
    codec = chosen_codec(options.encode, usual_codec(suffix))
    check_codec(suffix, codec)
    encoding = encoding_for(film, options.encode, codec)
    packed = packing(film, suffix)
    span = _span(film, options)
    return FilmPlan(job, film, encoding, packed, span, _expected(film, span), _notes(job, film, encoding, packed))


def color_film(
    plan: FilmPlan, colorizer: Colorizer, options: FilmOptions, progress: Callable[[Progress], None] = lambda _: None
) -> FilmOutcome:
    """Color one film.

    Raises:
        GraycolorError: it cannot be colored or written; what is finished stays for the next run.
    """
    started = time.perf_counter()
    with written(plan.job.target):
        scratch = Scratch(plan.job.target, _identity(plan, colorizer, options), resume=options.resume)
        reader = FrameReader(plan.film)
        if not scratch.complete:
            _Coloring(plan, colorizer, options, scratch, reader, progress).run()
        frames = sum(segment.frames for segment in scratch.segments)
        notes = [*reader.notes, *_assemble(plan, scratch, options.overwrite)]
        scratch.remove()
        size = plan.job.target.stat().st_size
    return FilmOutcome(plan, frames, time.perf_counter() - started, size, tuple(notes))


def estimate(plan: FilmPlan, colorizer: Colorizer, options: FilmOptions) -> Estimate:
    """Color the first frames of the part into a folder that disappears, and reckon from there."""
    count = min(_TRIAL, plan.frames or _TRIAL)
    with tempfile.TemporaryDirectory(prefix="graycolor-") as folder:
        job = Job(plan.job.source, Path(folder) / plan.job.target.name)
        packed = replace(plan.packing, kept=())
        trial = replace(plan, job=job, packing=packed, span=replace(plan.span, frames=count), frames=count)
        outcome = color_film(trial, colorizer, options)
    factor = max(plan.frames, outcome.frames) / outcome.frames
    pictures = round(outcome.size * factor)
    return Estimate(plan, outcome.seconds * factor, pictures, pictures)


@dataclass(frozen=True)
class _End:
    """The segment at hand is over."""

    number: int
    frames: int
    first: int
    last: int
    next: int | None
    lead: int | None


class _Coloring:
    """The segments of one film that are not finished yet."""

    def __init__(
        self, plan: FilmPlan, colorizer: Colorizer, options: FilmOptions, scratch: Scratch, reader: FrameReader,
        progress: Callable[[Progress], None],
    ) -> None:  # fmt: skip
        self._plan, self._scratch, self._reader, self._progress = plan, scratch, reader, progress
        self._painter = FramePainter(plan.film, plan.encoding.layout, options.steady.flow_size)
        self._colors = ShotColorizer(colorizer, options.steady)
        self._earlier = self._done = sum(segment.frames for segment in scratch.segments)
        self._file: BinaryIO | None = None
        self._encoder: Any = None

    def run(self) -> None:
        last = self._scratch.segments[-1] if self._scratch.segments else None
        begin = self._plan.span.first if last is None else last.next
        frames = prefetched(self._shown(begin if last is None else last.lead, begin), _AHEAD)
        feed = SegmentFeed(frames, float(self._plan.film.time_base), begin)
        if feed.exhausted and last is None:
            raise InputError(f"There are no frames to color in that part of {self._plan.film.path}.")
        with Finisher(self._finish, _AHEAD) as finisher:
            number = len(self._scratch.segments)
            while not feed.exhausted:
                self._segment(feed, finisher, number)
                number += 1

    def _segment(self, feed: SegmentFeed, finisher: Finisher[Any], number: int) -> None:
        for ab in self._colors.color(feed.grays()):
            frame = feed.pending.popleft()
            if frame is None:
                continue
            self._done += 1
            finisher.put((frame, ab))
            total, rate = max(self._plan.frames, self._done), float(self._plan.film.rate)
            self._progress(Progress(self._done, total, self._earlier, rate))
        finisher.put(_End(number, feed.frames, feed.first, feed.last, feed.next, feed.lead))

    def _shown(self, first: int | None, begin: int | None) -> Iterator[Shown]:
        """Decoded frames of the span from `first` on, each with its small gray picture."""
        span, count = self._plan.span, self._earlier
        for frame in self._reader.frames(first):
            if span.end is not None and frame.pts >= span.end:
                return
            if begin is None or frame.pts >= begin:
                count += 1
            if span.frames is not None and count > span.frames:
                return
            plain = self._painter.plain(frame)
            yield plain, self._painter.gray(plain)

    def _finish(self, item: tuple[Any, Any] | _End) -> None:
        """Paint and encode one frame, or close the segment; in the encoder's thread."""
        if isinstance(item, _End):
            self._close(item)
            return
        frame, ab = item
        if self._encoder is None:
            self._encoder = open_encoder(self._plan.film, self._plan.encoding)
            self._file = self._scratch.create(len(self._scratch.segments))
        self._write(self._encoder.encode(self._painter.painted(frame, ab)))

    def _close(self, end: _End) -> None:
        assert self._file is not None
        self._write(self._encoder.encode(None))
        size = self._file.tell()
        self._file.close()
        self._encoder = self._file = None
        self._scratch.commit(Segment(**asdict(end), size=size))

    def _write(self, packets: list[Any]) -> None:
        assert self._file is not None
        for packet in packets:
            picture = PicturePacket(packet.pts, packet.duration or 0, packet.is_keyframe, bytes(packet))
            write_packet(self._file, picture)


def _assemble(plan: FilmPlan, scratch: Scratch, overwrite: bool) -> list[str]:
    """Join segments and tracks, and put the result in place."""
    film = plan.film
    step = max(1, round(1 / (film.rate * film.time_base)))
    part = Part(None, None)
    if not plan.span.whole:
        ends = scratch.segments[-1].last + step
        part = Part(scratch.segments[0].first * film.time_base, ends * film.time_base)
    with aside(plan.job.target, overwrite=overwrite) as path:
        return write_film(path, film, plan.encoding, plan.packing, scratch.pictures(step), part)


def _span(film: Film, options: FilmOptions) -> Span:
    def pts(seconds: float) -> int:
        return film.start + round(Fraction(seconds) / film.time_base)

    start, length = options.start, options.duration or options.preview
    if options.preview is not None and start is None:
        start = max(0.0, min(film.seconds / 3, film.seconds - options.preview))
    first = None if not start else pts(start)
    end = None if length is None else pts((start or 0) + length)
    return Span(first, end, options.frames)


def _expected(film: Film, span: Span) -> int:
    ticks = (span.end or film.start + round(film.seconds / film.time_base)) - (span.first or film.start)
    within = film.frames if span.first is None and span.end is None else round(ticks * film.time_base * film.rate)
    within = min(within, film.frames) if film.frames else within
    return max(0, within if span.frames is None else min(within or span.frames, span.frames))


def _identity(plan: FilmPlan, colorizer: Colorizer, options: FilmOptions) -> dict[str, object]:
    """All that decides the frames of the result."""
    stat = plan.film.path.stat()
    return {
        "graycolor": __version__,
        "source": [str(plan.film.path.resolve()), stat.st_size, stat.st_mtime_ns],
        "network": _fingerprint(colorizer),
        "settings": [asdict(options.settings), asdict(options.steady)],
        "encoding": asdict(plan.encoding),
        "span": asdict(plan.span),
    }


def _fingerprint(colorizer: Colorizer) -> str:
    """What tells one network from another: its colors for a drawn picture, to a quarter of a unit."""
    ramp = np.add.outer(np.arange(0, 128, 2), np.arange(0, 128, 2)).astype(np.uint8)
    return hashlib.sha256(np.rint(colorizer.forecast(ramp).ab * 4).astype(np.int8).tobytes()).hexdigest()[:16]


def _notes(job: Job, film: Film, encoding: Encoding, packed: Packing) -> tuple[str, ...]:
    notes = []
    suffix = job.target.suffix.lower()
    for track in packed.left_out:
        name = " ".join(word for word in (track.kind, "track", str(track.index), f"({track.codec or 'unknown'}", track.title) if word)
        advice = "" if suffix == ".mkv" or track.kind == "data" else "; name a result that ends with .mkv to keep it"
        notes.append(f"{suffix} cannot hold {name}), which is left out{advice}.")
    return (*notes, *_picture_notes(film, encoding, suffix))


def _picture_notes(film: Film, encoding: Encoding, suffix: str) -> Iterator[str]:
    if not film.conversion.exact:
        yield f"{film.path.name} holds {film.pixels} pixels, which have no luma: it is worked out and rounded once."
    if film.conversion.drops_alpha:
        yield f"{film.path.name} has transparency, which films in color do not keep."
    if encoding.layout.bits < film.coding.bits:
        yield f"{encoding.codec} holds {encoding.layout.bits} bits: the luma's {film.coding.bits} are rounded."
    if encoding.layout.ratio == "444" and film.conversion.layout.ratio not in ("444", ""):
        yield f"{encoding.codec} holds {film.width} x {film.height} pixels only with full chroma (4:4:4)."
    if film.fields:
        marked = "and marked as such" if encoding.codec in ("h264", "prores", "ffv1") else "but not marked as such"
        yield f"{film.path.name} is interlaced; its fields are kept, {marked}."
    if film.sar != 1 and suffix in (".mkv", ".webm") and encoding.codec in ("ffv1", "av1", "prores"):
        yield f"{suffix} cannot say with {encoding.codec} that pixels are {film.sar} as wide as high; players will not know."
