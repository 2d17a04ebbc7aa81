"""What of a frame its result will not keep, in sentences, told beforehand."""

from __future__ import annotations

from collections.abc import Iterator

from graycolor.film.output.encode_frame import DPX, EXR, FrameSettings
from graycolor.film.output.write_exr import is_of_our_primaries
from graycolor.film.source.exr import ExrHeader
from graycolor.film.source.frame_file import DpxScan, ExrScan, FrameFile
from graycolor.pictures.encode_result import foreseen
from graycolor.pictures.picture import Picture


def not_kept(frame: FrameFile, settings: FrameSettings) -> Iterator[str]:
    """A sentence each.

    Raises:
        OutputError: the format cannot hold the frame at all.
    """
    scan, target = frame.scan, settings.format
    if isinstance(scan, DpxScan) and scan.header.elements > 1:
        yield f"Of {scan.header.elements} pictures in each file the first is read and kept."
    if isinstance(scan, ExrScan):
        yield from _of_exr(scan.header)
    if scan is not None and frame.picture.format != target:
        yield f"{target} keeps of the headers timecode and shape of pixels."
    if isinstance(scan, ExrScan) and target != EXR:
        yield f"What is brighter than white is pressed together in {target}; .exr keeps it."
    if target not in (DPX, EXR):
        yield from foreseen(frame.picture, target, settings.write)
    elif scan is None:
        yield from _of_photographs(frame.picture, target)


def _of_exr(header: ExrHeader) -> Iterator[str]:
    if header.others:
        yield f"Channels that hold no light are left out: {', '.join(header.others)}."
    if header.window != header.display or header.display[:2] != (0, 0):
        yield "The windows of each frame become one that begins at 0 and shows what is to be seen."
    if not is_of_our_primaries(header):
        yield "Its primaries become those of BT.709; the light is taken as it is."


def _of_photographs(picture: Picture, target: str) -> Iterator[str]:
    metadata = picture.metadata
    there = {"EXIF": metadata.exif, "XMP": metadata.xmp, "IPTC": metadata.photoshop, "a comment": metadata.comment}
    missing = [name for name, block in there.items() if block]
    missing += ["transparency"] if picture.alpha is not None and target == DPX else []
    if missing:
        yield f"{target} has no room for {' and '.join(missing)}."
