"""What is about to be done with a film, settled and said beforehand: options, the part, the encoder, the tracks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from graycolor.colorizer import ColorizeSettings
from graycolor.errors import InputError, UsageError
from graycolor.files import FOR_FILMS, OWN_MARK, Advice, Claims, Job, Kind, Plan, find_inputs, named_folders, plan
from graycolor.film.job.user_hints import FilmHint, FilmReference
from graycolor.film.output.containers import MUXERS, Packing, check_codec, packing, result_suffix, usual_codec
from graycolor.film.output.encode import VIDEO_RANGE, EncodeSettings, Encoding, chosen_codec, encoding_for, open_encoder
from graycolor.film.output.encode_frame import FrameSettings
from graycolor.film.output.remux import writable
from graycolor.film.source.frame_file import AUTO, check_transfer
from graycolor.film.source.look_through import Looked, look_through
from graycolor.film.source.numbering import is_pattern
from graycolor.film.source.probe import Film, described_by
from graycolor.film.source.read import Span, change_of, moment
from graycolor.film.source.sequence import in_codes
from graycolor.film.steadiness.steady import SteadySettings
from graycolor.jobs.film_notes import looked_notes, picture_notes, space_notes, timecode_notes, track_notes
from graycolor.jobs.film_part import span_of
from graycolor.jobs.film_records import claim_records
from graycolor.jobs.film_sequences import (
    Sequences,
    find_sequences,
    frame_settings,
    frames_encoding,
    frames_notes,
    is_film_name,
    no_tracks,
    plan_frames,
    probed,
    sequence_notes,
)
from graycolor.jobs.film_whole import without_parts
from graycolor.settings import weights_path

FILMS = Kind(
    "films",
    frozenset(
        {
            *MUXERS,
            ".avi",
            ".mpg",
            ".mpeg",
            ".vob",
            ".ts",
            ".m2ts",
            ".mts",
            ".ogv",
            ".gif",
            ".wmv",
            ".flv",
            ".3gp",
            ".mxf",
            ".dv",
        }
    ),
    frozenset(MUXERS),
    usual="MP4, MOV, MKV, AVI",
)
INPUTS = ("auto", "gray", "color")


@dataclass(frozen=True)
class FilmOptions:
    """What to do with each film.

    Attributes:
        settings: of the colors.
        steady: of what keeps them steady.
        encode: of the encoder.
        overwrite: replace a result that is already there.
        skip_existing: leave a result alone that is already there.
        resume: go on with what an earlier, stopped run has left; else it is thrown away.
        discard: throw away what a stopped run with other settings has left, instead of refusing.
        source: `gray` or `color` says what the film is, `auto` looks and refuses one in color.
        start, duration: the part to do, in seconds; the start may be a timecode of the film, like `10:00:01:00`.
        preview: only so many seconds, from `start` or a third into the film.
        frames: at most so many frames.
        hints: colors at places of a frame; they hold through its shot.
        references: photographs that lead a shot or the whole film.
        snapshot: a picture file that shows the newest frame before and after while the film is being colored.
        rate: frames a second of a sequence; None for what its frames say, else 24.
        sound: a file whose sound goes into a film that is made of a sequence.
        transfer: what the codes of a sequence of scans stand for: `video`, `log` or `linear`; `auto` reads the headers.
        mark: say in the result's metadata that its colors are guessed.
    """

    settings: ColorizeSettings = field(default_factory=ColorizeSettings)
    steady: SteadySettings = field(default_factory=SteadySettings)
    encode: EncodeSettings = field(default_factory=EncodeSettings)
    overwrite: bool = False
    skip_existing: bool = False
    resume: bool = True
    discard: bool = False
    source: str = "auto"
    start: float | str | None = None
    duration: float | None = None
    preview: float | None = None
    frames: int | None = None
    hints: tuple[FilmHint, ...] = ()
    references: tuple[FilmReference, ...] = ()
    snapshot: Path | None = None
    rate: Fraction | None = None
    sound: Path | None = None
    transfer: str = AUTO
    mark: bool = True

    def __post_init__(self) -> None:
        check_transfer(self.transfer)
        if self.source not in INPUTS:
            raise UsageError(f"A film is not '{self.source}'; choose one of {', '.join(INPUTS)}.")
        lengths = [each for each in (self.duration, self.preview) if each is not None]
        if not isinstance(self.start, str) and (self.start or 0) < 0:
            raise UsageError("A film cannot be begun before its beginning; choose another start.")
        if min(lengths, default=1) <= 0:
            raise UsageError("Duration and preview must be longer than 0; choose others.")
        if len(lengths) > 1:
            raise UsageError("A preview and a duration say the same; leave out one of the two.")
        if self.overwrite and self.skip_existing:
            raise UsageError("Results that are there cannot be both replaced and left alone; choose one of the two.")
        if self.frames is not None and self.frames < 1:
            raise UsageError(f"{self.frames} frames are no film; choose 1 or more.")

    @property
    def whole(self) -> bool:
        """All of each film is wanted."""
        return all(each is None for each in (self.start, self.duration, self.preview, self.frames))


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
        frames_out: how frames are written where the result is a sequence; None for a film in one file.
    """

    job: Job
    film: Film
    encoding: Encoding
    packing: Packing
    span: Span
    frames: int
    notes: tuple[str, ...]
    frames_out: FrameSettings | None = None


def find_films(
    names: Iterable[str | Path],
    out: str | Path | None,
    options: FilmOptions,
    *,
    recursive: bool = False,
    weights: str | Path | None = None,
    log: Path | None = None,
    page: Path | None = None,
    advice: Advice = FOR_FILMS,
) -> Plan:
    """Films and where their results go, with what cannot be done; nothing that the run reads will be written.

    With `recursive` folders within folders are searched too, and an `out` folder mirrors their tree. `weights` are read
    by the run, `log` and `page` are what it writes beside its results.

    Raises:
        UsageError: several films would go into one file, or the snapshot, the log or the page takes the place of what
            is read.
    """
    names = [str(name) for name in names]
    sequences = find_sequences(names)
    others = [name for name in names if not is_pattern(name)]
    sources, missing = find_inputs(others, recursive=recursive, kind=FILMS, advice=advice)
    photos = (each.photo for each in options.references)
    own = weights_path(weights)
    claims = Claims((*sources, *sequences.files, *photos, *filter(None, (own, options.sound))))
    into_frames = _into_frames(sources, sequences, out)
    films = [each for each in (*sources, *sequences.found) if each not in into_frames]
    found = plan(
        films,
        out,
        overwrite=options.overwrite,
        skip_existing=options.skip_existing,
        kind=FILMS,
        result_name=lambda source: usual_target(source, options).name,
        roots=named_folders(names),
        claims=claims,
        advice=advice,
    )
    frames = plan_frames(into_frames, sequences, out, options, claims=claims, advice=advice)
    claim_records(claims, options.snapshot, log, page)
    done, parts = without_parts(found.skipped, advice) if options.whole else (found.skipped, ())
    refusals = (*missing, *sequences.refusals, *found.refusals, *frames.refusals, *parts)
    return Plan((*found.jobs, *frames.jobs), refusals, (*done, *frames.skipped))


def _into_frames(sources: Sequence[Path], sequences: Sequences, out: str | Path | None) -> list[Path]:
    """What becomes a sequence: all where `out` is a pattern, and sequences that are not to become a film."""
    if out is not None and is_pattern(out):
        return [*sources, *sequences.found]
    return [] if is_film_name(out, MUXERS) else [*sequences.found]


def usual_target(source: Path, options: FilmOptions) -> Path:
    """Where the result of a film goes when nobody says: beside it."""
    mark = OWN_MARK if options.preview is None else f"-preview{OWN_MARK}"
    codec = chosen_codec(options.encode, "") or None
    return source.with_name(f"{source.stem}{mark}{result_suffix(source.suffix, codec)}")


def plan_film(job: Job, options: FilmOptions, *, in_color: str = "--input color") -> FilmPlan:
    """Look into a film and settle what will be done; `in_color` is how the caller says that a film in color is meant.

    Raises:
        InputError: it cannot be colored, or is in color and nobody said that this is meant.
        UsageError: the settings do not fit it.
    """
    film = probed(job, options)
    if film.colored and options.source == "auto":
        raise InputError(f"{job.source} is in color already; use {in_color} to give it new colors from its gray alone.")
    span = span_of(film, options.start, length=options.duration, preview=options.preview, frames=options.frames)
    looked = look_through(film, span) if film.files is None else Looked()
    film = _of_the_part(film, looked)
    if is_pattern(job.target):
        return _plan_of_frames(job, film, span, options)
    suffix = job.target.suffix.lower()
    codec = chosen_codec(options.encode, usual_codec(suffix))
    check_codec(suffix, codec)
    film = in_codes(film, 10, full=False) if film.files is not None and codec in VIDEO_RANGE else film
    encoding = encoding_for(film, options.encode, codec)
    open_encoder(film, encoding)  # so that a refusal comes now
    packed = packing(film, suffix, codec)
    timecode, film = film.timecode, writable(film, encoding, packed)
    frames = _expected(film, span)
    notes = (
        *sequence_notes(film, options),
        *timecode_notes(timecode, film, suffix),
        *track_notes(job, film, packed),
        *picture_notes(film, encoding, suffix),
        *looked_notes(film, encoding, looked),
        *space_notes(job, film, codec, frames),
    )
    if film.files is not None:
        film = in_codes(film, encoding.pixel_format.bits, full=film.coding.full)
    return FilmPlan(job=job, film=film, encoding=encoding, packing=packed, span=span, frames=frames, notes=notes)


def _plan_of_frames(job: Job, film: Film, span: Span, options: FilmOptions) -> FilmPlan:
    frames = _expected(film, span)
    settings = frame_settings(job, film, options)
    return FilmPlan(
        job=job,
        film=film,
        encoding=frames_encoding(film, settings),
        packing=no_tracks(film),
        span=span,
        frames=frames,
        notes=(
            *sequence_notes(film, options, matters=settings.has_rate),
            *frames_notes(film, settings, frames),
        ),
        frames_out=settings,
    )


def _of_the_part(film: Film, looked: Looked) -> Film:
    """The film as its part begins; a part whose pictures change is refused, with where to divide it."""
    if not looked.runs:
        return film
    first = looked.runs[0]
    for run in looked.runs:
        if change := change_of(first.kind, run.kind):
            raise InputError(
                f"{film.path} changes its {change} {moment(film, run.start)}; color its parts one by one by "
                "their start and duration."
            )
    return replace(described_by(film, first.frame, first.sar), fields=looked.fields)


def _expected(film: Film, span: Span) -> int:
    ticks = (span.end or film.start + round(film.seconds / film.time_base)) - (span.first or film.start)
    within = film.frames if span.first is None and span.end is None else round(ticks * film.time_base * film.rate)
    within = min(within, film.frames) if film.frames else within
    return max(0, within if span.frames is None else min(within or span.frames, span.frames))
