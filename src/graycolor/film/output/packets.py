"""Encoded pictures on their way: a plain file of packets for one segment of a film.

No container is used for the way: some change the time base or the times, none takes every codec, and a template of a
stream cannot be made for every encoder. A packet is its pts, its duration, whether it is a key frame, and its bytes;
decoding times are worked out for the whole film at the end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from graycolor.errors import InputError

_HEAD = struct.Struct("<qqBI")


class PicturePacket(NamedTuple):
    """One encoded picture; times in the film's ticks."""

    pts: int
    duration: int
    key: bool
    data: bytes


def write_packet(file: BinaryIO, packet: PicturePacket) -> None:
    """Append a packet."""
    file.write(_HEAD.pack(packet.pts, packet.duration, packet.key, len(packet.data)))
    file.write(packet.data)


def read_packets(path: Path) -> Iterator[PicturePacket]:
    """Packets of a file in the order they were written.

    Raises:
        InputError: the file is damaged.
    """
    with path.open("rb") as file:
        for pts, duration, key, size in _heads(file, path):
            yield PicturePacket(pts, duration, bool(key), file.read(size))


def read_times(path: Path) -> Iterator[int]:
    """The packets' pts alone.

    Raises:
        InputError: the file is damaged.
    """
    with path.open("rb") as file:
        for pts, _, _, size in _heads(file, path):
            file.seek(size, 1)
            yield pts


def _heads(file: BinaryIO, path: Path) -> Iterator[tuple[int, int, int, int]]:
    """What stands before each packet; whoever takes one leaves the file behind that packet."""
    end = path.stat().st_size
    while head := file.read(_HEAD.size):
        if len(head) < _HEAD.size or file.tell() + _HEAD.unpack(head)[3] > end:
            raise InputError(f"{path} is damaged; add --restart to color the film from its beginning.")
        yield _HEAD.unpack(head)


def decoding_times(times: Sequence[int], step: int) -> list[int]:
    """The dts of packets whose pts are `times`, in decoding order.

    They are the pts in rising order, as many packets later as keeps every one at or before its pts; before the first
    they go down by `step`.
    """
    rising = sorted(times)
    rank = {pts: place for place, pts in enumerate(rising)}
    delay = max((place - rank[pts] for place, pts in enumerate(times)), default=0)
    early = [rising[0] - step * count for count in range(delay, 0, -1)]
    return [*early, *rising[: len(rising) - delay]]
