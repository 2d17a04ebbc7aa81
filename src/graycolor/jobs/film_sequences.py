"""Sequences of numbered files in a run over films: found, probed, and planned where they are the result."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from graycolor.errors import GraycolorError, UsageError
from graycolor.files import OWN_MARK, Advice, Claims, Job, Kind, Plan, Refusal, plan
from graycolor.files.disk import size_told
from graycolor.film.output.containers import LeftOutTrack, Packing
from graycolor.film.output.encode import Encoding
from graycolor.film.output.encode_frame import DPX, EXR, FrameSettings, frame_format
from graycolor.film.output.frame_ledger import listed_entries
from graycolor.film.output.frame_losses import not_kept
from graycolor.film.output.segments import parts_folder
from graycolor.film.source.dpx import NOTHING_SAID
from graycolor.film.source.frame_file import AUTO, DpxScan, FrameFile
from graycolor.film.source.light_curves import LINEAR, LOG
from graycolor.film.source.numbering import (
    FRAME_SUFFIXES,
    NumberedFiles,
    file_of,
    is_pattern,
    numbered_files,
    stem_of,
    told_gaps,
)
from graycolor.film.source.pixel_format import PixelFormat
from graycolor.film.source.probe import Film, probe
from graycolor.film.source.sequence import USUAL_RATE, first_frame, probe_sequence, told_rate
from graycolor.pictures.encode_result import WriteOptions

if TYPE_CHECKING:
    from graycolor.jobs.film_plan import FilmOptions

FRAMES = Kind("frames", FRAME_SUFFIXES, FRAME_SUFFIXES, usual="DPX, TIFF, PNG")
_WIDE_LIGHT = (16, 18)
"""FFmpeg's numbers of the transfers of films with a wide range of light: PQ and HLG."""
_BYTES_A_PIXEL = {"JPEG": 0.7, "PNG": 2.0, "TIFF": 3.0, DPX: 4.0, EXR: 2.5}
"""Rough size of frames of 8 bits."""
_MUCH = 2e9
"""Bytes that are worth a word."""


class Sequences(NamedTuple):
    """The sequences among the inputs, by their pattern, and names that lead to none."""

    found: dict[Path, NumberedFiles]
    refusals: tuple[Refusal, ...]

    @property
    def files(self) -> Iterator[Path]:
        """The files of all of them."""
        return (file for each in self.found.values() for file in each.files)


def find_sequences(names: Iterable[str | Path]) -> Sequences:
    """The frames of every pattern among `names`."""
    found: dict[Path, NumberedFiles] = {}
    refusals = []
    for pattern in map(Path, filter(is_pattern, names)):
        try:
            found[pattern] = numbered_files(pattern)
        except GraycolorError as error:
            refusals.append(Refusal(pattern, error))
    return Sequences(found, tuple(refusals))


def plan_frames(
    sources: Iterable[Path],
    sequences: Sequences,
    out: str | Path | None,
    options: FilmOptions,
    *,
    claims: Claims,
    advice: Advice,
) -> Plan:
    """Where results go that are sequences: `out` is a pattern, a folder, or nothing.

    Without `out` the frames get a folder of their own beside the source's.

    Raises:
        UsageError: several films would go into one sequence.
    """
    sources = list(sources)
    if len(sources) > 1 and out is not None and is_pattern(out):
        raise UsageError(f"{out} is one sequence, but there are {len(sources)} inputs; give a folder with -o.")
    plans = []
    for source in sources:
        files = sequences.found.get(source)
        plans.append(
            plan(
                [source],
                str(_target(source, out, options)),
                overwrite=options.overwrite,
                skip_existing=options.skip_existing,
                kind=FRAMES,
                results=lambda target, files=files: _results(target, files, options),  # type: ignore[misc]
                claims=claims,
                advice=advice,
            )
        )
    return Plan(
        tuple(job for each in plans for job in each.jobs),
        tuple(refusal for each in plans for refusal in each.refusals),
        tuple(job for each in plans for job in each.skipped),
    )


def _target(source: Path, out: str | Path | None, options: FilmOptions) -> Path:
    if out is not None:
        return Path(out) if is_pattern(out) else _folder(out) / source.name
    mark = OWN_MARK if options.preview is None else f"-preview{OWN_MARK}"
    return source.parent / f"{stem_of(source)}{mark}" / source.name


def _folder(out: str | Path) -> Path:
    path = Path(out)
    if path.suffix and not path.is_dir() and not str(out).endswith(("/", os.sep)):
        raise UsageError(
            f"{out} is neither a pattern nor a folder; name frames like {path.with_name(path.stem)}_%06d.png, or a "
            "film (.mov, .mkv, .mp4)."
        )
    return path


def _results(target: Path, files: NumberedFiles | None, options: FilmOptions) -> tuple[Path, ...]:
    """The files that may be in the way: those of the frames, but for what a stopped run has finished.

    What a part of a film holds is not known yet; then every frame is looked at when it is written.
    """
    if options.start or options.duration or options.preview or options.frames:
        return (target,)
    numbers = files.numbers if files is not None else _there(target)
    ours = listed_entries(parts_folder(target))
    return tuple(file_of(target, number) for number in numbers if number not in ours) or (target,)


def _there(target: Path) -> tuple[int, ...]:
    try:
        return numbered_files(target).numbers
    except GraycolorError:
        return ()


def probed(job: Job, options: FilmOptions) -> Film:
    """Look into a film, or into the frames of a sequence.

    Raises:
        UsageError: a rate or sound is said where it means nothing.
    """
    is_sequence = is_pattern(job.source)
    if not is_sequence and (options.rate, options.sound, options.transfer) != (None, None, AUTO):
        raise UsageError(
            f"{job.source.name} has times, sound and a transfer of its own; leave out what is said of numbered frames."
        )
    if options.sound is not None and is_pattern(job.target):
        raise UsageError(f"Frames hold no sound; leave out {options.sound}, or name a film as the result.")
    if not is_sequence:
        return probe(job.source)
    return probe_sequence(numbered_files(job.source), options.rate, options.sound, options.transfer)


def frame_settings(job: Job, film: Film, options: FilmOptions) -> FrameSettings:
    """How frames are written.

    Raises:
        UsageError: something is said that only films have.
    """
    encode, image_format = options.encode, frame_format(job.target.suffix)
    if encode.codec is not None or encode.preset is not None:
        raise UsageError("Frames have no codec and no preset; leave them out, or name a film as the result.")
    if encode.lossless and image_format == "JPEG":
        raise UsageError("JPEG is not lossless; name frames that end with .png, .tif, .dpx or .exr.")
    if encode.quality is not None and image_format != "JPEG":
        raise UsageError(f"{image_format} has no quality to set; leave it out.")
    return FrameSettings(
        job.target,
        image_format,
        WriteOptions(quality=encode.quality),
        rate=film.rate,
        bits=10 if film.coding.bits <= 10 else 16,
        overwrite=options.overwrite,
        threads=encode.threads,
    )


def frames_encoding(film: Film, settings: FrameSettings) -> Encoding:
    """What stands for the encoder where the results are frames."""
    deep = film.coding.bits > 8 and settings.format != "JPEG"
    pixels = PixelFormat("rgb48", 16, "444") if deep else PixelFormat("rgb24", 8, "444")
    return Encoding(settings.format.lower(), "", (), pixels)


def no_tracks(film: Film) -> Packing:
    """Frames hold no tracks."""
    return Packing("", {}, tuple(LeftOutTrack(track, "") for track in film.tracks))


def sequence_notes(film: Film, options: FilmOptions, *, matters: bool = True) -> Iterator[str]:
    """What is to be said of a sequence as a source; its rate where that `matters` to the result."""
    if film.files is None:
        return
    if told := told_gaps(film.files):
        yield told
    first = first_frame(film.files, film.transfer)
    yield from _code_notes(film, first)
    if options.rate is None and told_rate(first) is None and matters:
        yield f"{film.path.name} is taken at {float(USUAL_RATE):g} frames a second; --rate says otherwise."


def _code_notes(film: Film, first: FrameFile) -> Iterator[str]:
    """What the codes of scans are taken for."""
    if not isinstance(first.scan, DpxScan):
        return
    words = {LOG: "printing density (log)", LINEAR: "plain light (linear)"}
    if film.transfer == AUTO and first.scan.header.transfer in NOTHING_SAID:
        yield f"{film.path.name} does not say what its codes stand for, and is taken as a screen's; --transfer tells."
    elif first.scan.curve.kind in words:
        yield f"The codes of {film.path.name} are taken for {words[first.scan.curve.kind]}."


def frames_notes(film: Film, settings: FrameSettings, frames: int) -> Iterator[str]:
    """What of a film its frames will not have."""
    for track in film.tracks:
        yield f"Frames hold no {track.kind}: track {track.index} ({track.codec or 'unknown'}) is left out."
    if film.chapters:
        yield f"Frames hold no chapters: {film.chapters} are left out."
    if film.fields:
        yield f"{film.path.name} is interlaced; each frame holds both of its fields."
    if film.tags[1] in _WIDE_LIGHT:
        yield f"{film.path.name} has a wide range of light; its codes are written as they are, without saying so."
    if film.coding.bits > 8 and settings.format == "JPEG":
        yield f"JPEG keeps 8 of the {film.coding.bits} bits; PNG and TIFF keep all."
    if film.files is not None:
        yield from not_kept(first_frame(film.files, film.transfer), settings)
    size = frames * film.width * film.height * _BYTES_A_PIXEL[settings.format] * (2 if film.coding.bits > 8 else 1)
    if size > _MUCH:
        yield f"The frames will take about {size_told(size)} in {settings.pattern.parent}."


def is_film_name(out: str | Path | None, suffixes: Iterable[str]) -> bool:
    """Whether `out` names one film, no folder."""
    return out is not None and Path(out).suffix.lower() in suffixes and not os.path.isdir(out)  # noqa: PTH112
