"""What is said of a film beforehand: what of it the result cannot hold, or holds in another way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from graycolor.errors import OutputError
from graycolor.files import Job
from graycolor.files.disk import size_told
from graycolor.film.output.containers import MUXERS, Packing
from graycolor.film.output.encode import Encoding
from graycolor.film.output.hdr_params import hdr_lost
from graycolor.film.output.matroska_shape import can_hold_shape, needs_shape
from graycolor.film.output.segments import parts_folder
from graycolor.film.output.track_copy import Way
from graycolor.film.source.look_through import Looked
from graycolor.film.source.pixel_format import ENCODERS
from graycolor.film.source.probe import Film, Track
from graycolor.film.source.read import moment

_BITS_A_PIXEL = {"h264": 0.3, "hevc": 0.15, "av1": 0.05, "ffv1": 3.2, "prores": 2.5, "dnxhr": 2.5}
"""Rough size of encoded pictures; grain doubles it."""
_ROUGHLY = {"h264": 20, "hevc": 20, "av1": 20}
"""How many times smaller than that pictures may get that hardly show anything; three times with the other codecs."""
_BECOMES = {
    Way.REPACKED: "it becomes plain PCM, and its samples stay the same",
    Way.TEXT: "it becomes plain text (SRT), and its words and times stay the same",
}
_MUCH = 2e9
"""Bytes beside the result that are worth a word."""


def track_notes(job: Job, film: Film, packed: Packing) -> Iterator[str]:
    """Tracks that the container cannot hold, or not as they are."""
    suffix = job.target.suffix.lower()
    for each in packed.left_out:
        track, advice = each.track, f"; name a result that ends with {each.suffix} to keep it" if each.suffix else ""
        yield f"{suffix} cannot hold {track.kind} track {track.index} ({_about(track)}), which is left out{advice}."
    for track in film.tracks:
        if becomes := _BECOMES.get(packed.ways[track.index]) if track.index in packed.ways else "":
            yield f"{suffix} cannot hold {track.kind} track {track.index} ({_about(track)}) as it is; {becomes}."


def timecode_notes(timecode: str, film: Film, suffix: str) -> Iterator[str]:
    """A timecode that the container cannot hold."""
    if timecode != film.timecode:
        rate = f"{float(film.rate):.5g} frames a second"
        yield f"{suffix} cannot hold the timecode {timecode} at {rate}, which is left out; .mkv keeps it."


def _about(track: Track) -> str:
    return " ".join(word for word in (track.codec or "unknown", track.title) if word)


def picture_notes(film: Film, encoding: Encoding, suffix: str) -> Iterator[str]:
    """What becomes of the pictures."""
    if not film.conversion.exact:
        yield f"{film.path.name} holds {film.pixels} pixels, which have no luma: it is worked out and rounded once."
    if film.conversion.drops_alpha:
        yield f"{film.path.name} has transparency, which films in color do not keep."
    if encoding.pixel_format.bits < film.coding.bits:
        yield f"{encoding.codec} holds {encoding.pixel_format.bits} bits: the luma's {film.coding.bits} are rounded."
    whole_cells = ENCODERS[encoding.codec].whole_cells
    if whole_cells and encoding.pixel_format.ratio == "444" and film.conversion.pixel_format.ratio not in ("444", ""):
        yield f"{encoding.codec} holds {film.width} x {film.height} pixels only with full chroma (4:4:4)."
    if lost := hdr_lost(encoding.codec, film.hdr):
        able = "" if film.hdr.not_written else "; --codec hevc keeps it"
        yield f"{encoding.codec} cannot say what {film.path.name} says of its light: {', '.join(lost)}{able}."
    if film.coding.full and encoding.codec == "prores":
        yield f"{encoding.codec} cannot say that the luma uses all codes; players will show more contrast."
    if needs_shape(film, encoding.codec, MUXERS[suffix]) and not can_hold_shape(film):
        shape = f"{film.sar} as wide as high"
        yield f"{suffix} cannot say with {encoding.codec} that pixels are {shape}; players will show them square."


def looked_notes(film: Film, encoding: Encoding, looked: Looked) -> Iterator[str]:
    """What was seen on the way through the film."""
    name, codec = film.path.name, encoding.codec
    if film.fields:
        marked = "and marked as such" if codec in ("h264", "prores", "ffv1") else "but not marked as such"
        part = "partly interlaced, or with changing fields" if looked.mixed else "interlaced"
        whole = " (all of the result)" if looked.mixed and codec in ("h264", "prores") else ""
        yield f"{name} is {part}; its fields are kept, {marked}{whole}."
    for run in looked.runs[1:]:
        yield (
            f"{name} changes the shape of its pixels to {run.sar} {moment(film, run.start)}; "
            f"the result has {film.sar} throughout."
        )
    if looked.not_written:
        yield f"The result does not have what {name} says of {', '.join(sorted(looked.not_written))}."
    if looked.captions and codec not in ("h264", "hevc"):
        yield f"{codec} cannot hold the closed captions in {name}, which are left out; h264 and hevc can."


def space_notes(job: Job, film: Film, codec: str, frames: int) -> Iterator[str]:
    """What lies beside the result until it is finished, where that matters.

    Raises:
        OutputError: it plainly does not fit on the disk.
    """
    size = frames * film.width * film.height * _BITS_A_PIXEL[codec] / 8
    total, _, free = shutil.disk_usage(job.target.parent)
    least = 2 * size / _ROUGHLY.get(codec, 3)
    if total and least > free + sum(path.stat().st_size for path in parts_folder(job.target).glob("*.packets")):
        raise OutputError(
            f"{job.target} needs about {size_told(2 * size)} until it is finished, and {size_told(free)} are free; "
            "free some, or choose another place for the result."
        )
    if size > min(_MUCH, free / 4 or _MUCH):
        yield (
            f"About {size_told(size)} will lie beside {job.target.name} until it is finished, "
            f"and as much in it; {size_told(free)} are free."
        )
