"""What a page of a PDF shows: one picture and nothing else (a scan), several things, or no picture at all."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graycolor.bounds import PDF_CONTENT_BYTES
from graycolor.errors import BoundError

SCAN, MIXED, TEXT = "scan", "mixed", "text"

_PAINTS = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "INLINE IMAGE", "BI"})
_SHOWS_TEXT = frozenset({"Tj", "TJ", "'", '"'})
_INVISIBLE = (3, 7)
"""Ways of showing text (PDF 32000, table 106) that paint nothing: what text recognition puts over a scan."""
_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Shown:
    """What a page shows.

    Attributes:
        kind: `SCAN`, `MIXED` (several things, pictures among them) or `TEXT` (no picture).
        image: the scan's object.
    """

    kind: str
    image: Any = None


def shown_on(page: Any, number: int) -> Shown:
    """What page `number` (from 1) shows; `page` is pikepdf's.

    Raises:
        BoundError: its content unpacks to more than a page has.
    """
    import pikepdf

    for part in _parts(page.obj.get("/Contents")):
        if not unpacks_within(part, PDF_CONTENT_BYTES):
            raise BoundError(f"page {number} unpacks to more than {PDF_CONTENT_BYTES / 1e6:,.0f} MB of content.")
    objects = page.resources.get("/XObject", pikepdf.Dictionary())
    painted = list(_painted(pikepdf.parse_content_stream(page)))
    drawn = [objects.get(name) for name in painted if name]
    images = [each for each in drawn if each is not None and each.get("/Subtype") == "/Image"]
    if len(painted) == 1 and len(images) == 1:
        return Shown(SCAN, images[0])
    nested = any(each is not None and each.get("/Subtype") == "/Form" for each in drawn)
    return Shown(MIXED if images or nested else TEXT)


def _parts(contents: Any) -> list[Any]:
    import pikepdf

    if contents is None:
        return []
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def _painted(instructions: Any) -> Iterator[str]:
    """For each thing that is painted: the name of an object, or nothing for other things."""
    mode, saved = 0, list[int]()
    for operands, operator in instructions:
        name = str(operator)
        if name == "q":
            saved.append(mode)
        elif name == "Q":
            mode = saved.pop() if saved else mode
        elif name == "Tr":
            mode = int(operands[0])
        elif name == "Do":
            yield str(operands[0])
        elif name in _PAINTS or (name in _SHOWS_TEXT and mode not in _INVISIBLE):
            yield ""


def unpacks_within(stream: Any, most: int) -> bool:
    """Whether a stream's bytes are no more than `most`, counted without keeping them.

    What is packed twice, or otherwise than by deflate, counts as more.
    """
    filters = _filters(stream)
    data = stream.read_raw_bytes()
    if not filters:
        return len(data) <= most
    if filters != ["/FlateDecode"]:
        return False
    unpacker, total, rest = zlib.decompressobj(), 0, data
    try:
        while rest and total <= most:
            total += len(unpacker.decompress(rest, _AT_ONCE))
            rest = unpacker.unconsumed_tail
    except zlib.error:  # what reads it will say what is wrong
        pass
    return total <= most


def _filters(stream: Any) -> list[str]:
    import pikepdf

    filters = stream.get("/Filter")
    if filters is None:
        return []
    return [str(each) for each in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]


def only_filter(stream: Any) -> str:
    """The one filter of a stream; `several` where there are more, nothing where there is none."""
    filters = _filters(stream)
    return "several" if len(filters) > 1 else filters[0] if filters else ""
