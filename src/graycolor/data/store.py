"""Decoded photographs in one flat file: training reads crops from it without decoding anything twice.

A store is `<name>.rgb` (8-bit RGB rows, one photograph after another) and `<name>.json` (name, offset, height and
width of each), written last: it means complete. The file is memory-mapped, so that several processes share its pages;
where it is larger than memory, a photograph's own bytes are all that is read for it.
"""

from __future__ import annotations

import json
import mmap
import tarfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import ARCHIVE_MEMBERS, MANIFEST_BYTES, PIXELS, member_bytes
from graycolor.checked_json import Source, checked, read_json
from graycolor.errors import BoundError, DatasetError, InputError
from graycolor.files.regular import check_regular, too_many_bytes
from graycolor.pictures.door import LIFT, bytes_of, opened_picture, sentences

SUFFIXES = frozenset({".avif", ".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})


_AHEAD = 64
"""Photographs decoded or being decoded before they are asked for."""


@dataclass(frozen=True, eq=False)
class PhotoStore:
    """Decoded photographs: `store[i]` is photograph i as (H,W,3) uint8, a view of the mapped file."""

    names: Sequence[str]
    offsets: NDArray[np.int64]
    sizes: NDArray[np.int64]
    file: mmap.mmap

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        height, width = self.sizes[index]
        start, length = int(self.offsets[index]), int(height * width * 3)
        _advise(self.file, "MADV_WILLNEED", start, length)  # at once, instead of page by page as it is touched
        return np.frombuffer(self.file, np.uint8, length, start).reshape(height, width, 3)

    def in_memory(self) -> NDArray[np.uint8]:
        """A copy of all photographs' bytes, one photograph after another."""
        _advise(self.file, "MADV_SEQUENTIAL")
        pixels = np.frombuffer(self.file, np.uint8).copy()
        _advise(self.file, "MADV_RANDOM")
        return pixels

    @classmethod
    def open(cls, path: Path) -> PhotoStore:
        """Map a store that `build_store` wrote at `path` (without suffix)."""
        try:
            index = _index_of(path.with_suffix(".json"))
            with path.with_suffix(".rgb").open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise DatasetError(f"{path} holds no decoded photographs, or only part of them; build it again.") from error
        sizes = np.array(index.sizes, np.int64).reshape(-1, 2)
        offsets = np.concatenate([[0], np.cumsum(sizes.prod(axis=1) * 3)])
        if offsets[-1] != len(mapped):
            raise DatasetError(f"{path} does not match its index; build it again.")
        _advise(mapped, "MADV_RANDOM")  # else megabytes around every photograph are read with it, and thrown away
        return cls(index.names, offsets[:-1], sizes, mapped)


@dataclass(frozen=True)
class _Index:
    """What lies where in a store: names, and heights and widths."""

    names: list[str]
    sizes: list[tuple[int, int]]


def _index_of(path: Path) -> _Index:
    source = Source(str(path), "build the store again", DatasetError, MANIFEST_BYTES)
    index = checked(read_json(path, source), _Index, source)
    if len(index.names) != len(index.sizes) or min(map(min, index.sizes), default=1) < 1:
        raise source.refusal("does not say where its photographs lie")
    return index


def _advise(file: mmap.mmap, advice: str, start: int = 0, length: int | None = None) -> None:
    """Tell the system how a stretch of a mapped file will be read, where systems listen to that."""
    if hasattr(mmap, advice):
        page = start // mmap.PAGESIZE * mmap.PAGESIZE
        file.madvise(getattr(mmap, advice), page, (len(file) if length is None else start + length) - page)


def build_store(path: Path, photos: Iterable[tuple[str, bytes]], *, max_side: int) -> PhotoStore:
    """Decode encoded photographs into a store at `path`; the short side is shrunk to `max_side` where longer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_store(path, decode_photos(photos, max_side))
    return PhotoStore.open(path)


def write_store(path: Path, photos: Iterable[tuple[str, NDArray[np.uint8]]]) -> None:
    """Write decoded photographs (H,W,3) as a store at `path`."""
    names: list[str] = []
    sizes: list[tuple[int, int]] = []
    with path.with_suffix(".rgb").open("wb") as file:
        for name, pixels in photos:
            file.write(np.ascontiguousarray(pixels).data)
            names.append(name)
            sizes.append((pixels.shape[0], pixels.shape[1]))
    path.with_suffix(".json").write_text(json.dumps({"names": names, "sizes": sizes}), "utf-8")


def decode_photos(photos: Iterable[tuple[str, bytes]], max_side: int) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Encoded photographs decoded by several threads, in order; few of them are in memory at a time.

    Raises:
        DatasetError: one cannot be decoded.
    """
    waiting: deque[tuple[str, Future[NDArray[np.uint8]]]] = deque()
    with ThreadPoolExecutor() as pool:  # decoders work outside Python's lock
        for name, data in photos:
            waiting.append((name, pool.submit(decode_photo, data, max_side)))
            if len(waiting) >= _AHEAD:
                yield _awaited(*waiting.popleft())
        while waiting:
            yield _awaited(*waiting.popleft())


def _awaited(name: str, future: Future[NDArray[np.uint8]]) -> tuple[str, NDArray[np.uint8]]:
    try:
        return name, future.result()
    except InputError as error:
        raise DatasetError(f"{name} cannot be decoded; prepare the dataset again.") from error


def decode_photo(
    data: bytes, max_side: int, name: str = "The photograph", max_pixels: int = PIXELS
) -> NDArray[np.uint8]:
    """One encoded photograph as (H,W,3) uint8 RGB, short side at most `max_side`.

    Raises:
        InputError: it is damaged, of a kind that graycolor does not read, or over a bound.
    """
    from PIL.Image import Resampling

    with sentences(name):
        rgb = opened_picture(data, name, max_pixels).convert("RGB")
    factor = max_side / min(rgb.size)
    if factor < 1:
        size = (max(1, round(rgb.width * factor)), max(1, round(rgb.height * factor)))
        rgb = rgb.resize(size, Resampling.BOX, reducing_gap=2.0)
    return np.asarray(rgb)


def photos_in(sources: Iterable[Path], max_pixels: int = PIXELS) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the pictures in tars and folders, in order.

    Raises:
        InputError: a picture is no regular file, or over a bound.
    """
    for source in sources:
        if source.is_dir():
            for file in sorted(source.rglob("*")):
                if file.suffix.lower() in SUFFIXES:
                    yield f"{file.parent.name}-{file.name}", bytes_of(file, max_pixels)
            continue
        yield from _members(source, max_pixels)


def _members(source: Path, max_pixels: int) -> Iterator[tuple[str, bytes]]:
    check_regular(source, "archive")
    with tarfile.open(source) as tar:
        for number, member in enumerate(tar):
            if number >= ARCHIVE_MEMBERS:
                raise BoundError(f"{source} holds more than {ARCHIVE_MEMBERS:,} members; split it.")
            if not member.isfile() or Path(member.name).suffix.lower() not in SUFFIXES:
                continue
            if member.size > member_bytes(max_pixels):
                raise BoundError(too_many_bytes(f"{source}:{member.name}", member.size, member_bytes(max_pixels), LIFT))
            handle = tar.extractfile(member)
            if handle is not None:
                yield member.name, handle.read()
