"""One picture's verdict: its hash, why it is left out or what it becomes; and many of them over all cores.

A verdict depends on the picture and the settings alone, never on its neighbors or on who comes first, so the dataset
is the same whatever the number of processes.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

import numpy as np
from numpy.typing import NDArray

from graycolor.data import filters
from graycolor.data.arrays import lab8
from graycolor.data.bare_jpeg import bare_jpeg
from graycolor.data.decode import LeftOut, Photo, shrunk_photo
from graycolor.data.filters import FilterSettings, color_reason, thumbnail
from graycolor.data.sources import Origin
from graycolor.errors import BoundError, DatasetError
from graycolor.network.engine import check_threads

QUALITY = 92
"""Quality of the JPEGs, which have chroma at full size, as chroma is what the network learns."""

CHUNK = 8
"""Pictures that a process is given together."""
_CHUNKS_AHEAD = 4
_HASHED_SIDE = 32
"""What the perceptual hash works on; it would shrink larger ones more slowly."""


@dataclass(frozen=True)
class ScreenSettings:
    """Everything a verdict depends on besides the picture.

    Attributes:
        layout: "tar" for JPEG, "npy" for a square of OpenCV's 8-bit Lab, as the founding report kept them.
        size: short side of the result, or the side of the square.
    """

    layout: str
    size: int
    filters: FilterSettings


@dataclass(frozen=True)
class Screened:
    """What became of one picture.

    Attributes:
        key: of its origin.
        digest: SHA-256 of its file, hexadecimal; empty where it could not be read.
        reason: why it is left out; empty when it is kept.
        likeness: perceptual hash of 64 bits.
        pixels: of the original.
    """

    key: str
    digest: str
    reason: str
    likeness: int = 0
    pixels: int = 0


Judged = tuple[Screened, bytes]
"""A verdict and the encoded result, which is empty where the picture is left out."""


def judge(origin: Origin, settings: ScreenSettings) -> Judged:
    """Read, judge, shrink and encode one picture."""
    try:
        data = origin.read(settings.filters.max_pixels)
    except BoundError:
        return Screened(origin.key, "", filters.LARGE), b""
    except Exception:  # a file gone or forbidden, an archive cut off, encrypted, or of an unknown compression
        return Screened(origin.key, "", filters.DAMAGED), b""
    digest = hashlib.sha256(data).hexdigest()
    try:
        photo = shrunk_photo(data, settings.size, settings.filters)
        small = thumbnail(photo.rgb)
        reason = color_reason(photo.rgb, small, settings.filters)
    except LeftOut as verdict:
        reason = verdict.args[0]
    if reason:
        return Screened(origin.key, digest, reason), b""
    return Screened(origin.key, digest, "", perceptual_hash(small), photo.pixels), _encoded(photo, data, settings)


def perceptual_hash(small: NDArray[np.uint8]) -> int:
    """64-bit perceptual hash of a thumbnail (H,W,3): its lowest cosine frequencies, above or below their median."""
    import cv2
    import imagehash
    from PIL import Image

    gray = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    gray = cv2.resize(gray, (_HASHED_SIDE, _HASHED_SIDE), interpolation=cv2.INTER_AREA)
    bits = imagehash.phash(Image.fromarray(gray)).hash
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _encoded(photo: Photo, data: bytes, settings: ScreenSettings) -> bytes:
    if settings.layout == "npy":
        return _lab_square(photo.rgb, settings.size)
    return (bare_jpeg(data) if photo.untouched else None) or _jpeg(photo.rgb)


def _jpeg(rgb: NDArray[np.uint8]) -> bytes:
    import cv2

    full_chroma = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    options = [cv2.IMWRITE_JPEG_QUALITY, QUALITY, *full_chroma]
    return cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), options)[1].tobytes()


def _lab_square(rgb: NDArray[np.uint8], side: int) -> bytes:
    """The middle square, (side,side,3) Lab codes; the founding report's arrays need one size, so small ones grow."""
    import cv2

    height, width = rgb.shape[:2]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    square = np.ascontiguousarray(rgb[top : top + short, left : left + short])
    if short != side:
        square = cv2.resize(square, (side, side), interpolation=cv2.INTER_CUBIC)
    return lab8(square).tobytes()


def screen_all(origins: Sequence[Origin], settings: ScreenSettings, processes: int) -> Iterator[Judged]:
    """Verdicts in the order in which they are done.

    Raises:
        UsageError: `processes` are too few or too many.
        DatasetError: a process was killed, which is what systems do when memory runs out.
    """
    check_threads(processes)
    if processes == 1 or len(origins) <= CHUNK:
        yield from (judge(origin, settings) for origin in origins)
        return
    chunks = chunked(origins)
    try:
        yield from _over_processes(chunks, settings, min(processes, len(chunks)))
    except BrokenProcessPool as error:
        raise DatasetError(
            "A process was killed, most likely because memory ran out; run the same command with fewer --threads, it "
            "goes on where this one stopped."
        ) from error


def _over_processes(chunks: Sequence[Sequence[Origin]], settings: ScreenSettings, processes: int) -> Iterator[Judged]:
    import multiprocessing

    # Spawned, not forked: a fork copies the locks of threads that it does not copy.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin_process)
    waiting: set[Future[list[Judged]]] = set()
    try:
        for chunk in chunks:
            waiting.add(pool.submit(judge_chunk, chunk, settings))
            if len(waiting) >= processes * _CHUNKS_AHEAD:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from future.result()
        for future in waiting:
            yield from future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def chunked(origins: Sequence[Origin]) -> list[Sequence[Origin]]:
    """Pictures in the portions that processes are given."""
    return [origins[start : start + CHUNK] for start in range(0, len(origins), CHUNK)]


def judge_chunk(origins: Sequence[Origin], settings: ScreenSettings) -> list[Judged]:
    """Verdicts on some pictures."""
    return [judge(origin, settings) for origin in origins]


def _begin_process() -> None:
    """One thread of work; leave Ctrl-C to the parent; do not outlive it, however it ends."""
    import multiprocessing
    import signal

    import cv2

    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
