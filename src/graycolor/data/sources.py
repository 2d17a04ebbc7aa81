"""Where the pictures of a dataset come from: files, folders, patterns, archives, and the founding report's arrays.

Listing reads names only; the pictures themselves are read later, by whichever process judges them, so every origin
carries what it takes to find its bytes again.
"""

from __future__ import annotations

import glob
import os
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from graycolor.bounds import ARCHIVE_BYTES, ARCHIVE_GROWTH, ARCHIVE_MEMBERS, PIXELS, member_bytes
from graycolor.data.arrays import ReportArrays, is_report_layout, open_arrays
from graycolor.data.store import SUFFIXES
from graycolor.errors import BoundError, InputError, MissingInputError, reason_of
from graycolor.files import OWN_MARK, PICTURE_SUFFIXES
from graycolor.files.nearby import nearest_name
from graycolor.files.regular import check_regular, open_regular, too_many_bytes
from graycolor.names import spelled
from graycolor.pictures.door import LIFT, bytes_of

_PICTURES = SUFFIXES | PICTURE_SUFFIXES
_ARCHIVES = (".tar", ".zip")


@dataclass(frozen=True)
class Origin:
    """One picture before it was judged.

    Attributes:
        name: what a person calls it: the file, or the archive and its member.
        path: the file that holds its bytes (for the founding report's layout: the folder).
        kind: "file", "tar", "zip" or "arrays".
        member: its name in a zip.
        start: where it begins in a tar, or its row in the arrays.
        size: bytes.
        stamp: when `path` was last changed, in ns: a resumed run believes no verdict on a file that has changed.
    """

    name: str
    path: str
    kind: str
    member: str = field(default="", kw_only=True)
    start: int = field(default=0, kw_only=True)
    size: int = field(default=0, kw_only=True)
    stamp: int = field(default=0, kw_only=True)

    @property
    def key(self) -> str:
        """Tells this picture, in this state, from every other."""
        path = os.path.abspath(self.path)  # noqa: PTH100
        return spelled(f"{path}|{self.member}|{self.start}|{self.size}|{self.stamp}")

    def read(self, max_pixels: int = PIXELS) -> bytes:
        """The encoded picture.

        Raises:
            BoundError: it holds more bytes than a picture of so many pixels needs.
            Exception: whatever files and archives raise that are gone, damaged or encrypted.
        """
        if self.kind in ("tar", "zip") and self.size > member_bytes(max_pixels):
            raise BoundError(too_many_bytes(self.name, self.size, member_bytes(max_pixels), LIFT))
        return bytes_of(Path(self.path), max_pixels) if self.kind == "file" else _READERS[self.kind](self)


def find_pictures(names: Iterable[str | Path], *, out: Path) -> list[Origin]:
    """All pictures of the sources, in order; nothing under `out`, nothing hidden, no result of `graycolor colorize`.

    Raises:
        MissingInputError: a source leads nowhere; a set made of half of what was named is not what was meant.
        InputError: a source holds no pictures, or an archive is damaged.
        DatasetError: a folder in the founding report's layout whose arrays do not fit each other.
    """
    found: dict[str, Origin] = {}
    for name in names:
        origins = [origin for path in _matches(str(name)) for origin in _origins(path, out.absolute(), named=True)]
        if not origins:
            raise InputError(f"{name} holds no pictures; name a folder, pattern, .tar or .zip of photographs.")
        for origin in origins:
            found.setdefault(origin.key, origin)
    return list(found.values())


def _matches(name: str) -> list[Path]:
    if os.path.lexists(name):
        return [Path(name)]
    matches = sorted(Path(match) for match in glob.glob(name, recursive=True))  # noqa: PTH207 - absolute patterns
    if not matches:
        raise MissingInputError(f"There is no file or folder {name}; {nearest_name(name)}")
    return matches


def _origins(path: Path, out: Path, *, named: bool) -> Iterator[Origin]:
    """The pictures of a source. What was named must be whole; what lies broken in a folder is left out as damaged."""
    try:
        yield from _whole_origins(path, out, named=named)
    except InputError:
        if named:
            raise
        yield Origin(str(path), str(path), "file")


def _whole_origins(path: Path, out: Path, *, named: bool) -> Iterator[Origin]:
    try:
        if path.is_dir():
            yield from _in_folder(path, out)
        elif path.suffix.lower() in _ARCHIVES:
            check_regular(path, "archive")
            yield from _in_tar(path) if path.suffix.lower() == ".tar" else _in_zip(path)
        elif _is_picture(path.name):
            check_regular(path)
            state = path.stat()
            yield Origin(str(path), str(path), "file", size=state.st_size, stamp=state.st_mtime_ns)
        elif named:
            raise InputError(f"{path} is no picture, .tar or .zip; unpack it, or name another.")
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise InputError(f"{path} is damaged or no archive at all; copy it again from its source.") from error
    except (InputError, MissingInputError):
        raise
    except OSError as error:
        raise InputError(f"{path} cannot be read ({reason_of(error)}); check its permissions.") from error


def _in_folder(folder: Path, out: Path) -> Iterator[Origin]:
    if is_report_layout(folder):
        yield from _in_arrays(folder)
        return
    for parent, below, files in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith(".") and Path(parent, name).absolute() != out)
        for name in sorted(files):
            path = Path(parent, name)
            if _is_picture(name) or (path.suffix.lower() in _ARCHIVES and not name.startswith(".")):
                yield from _origins(path, out, named=False)


def _in_tar(path: Path) -> Iterator[Origin]:
    stamp = path.stat().st_mtime_ns
    with tarfile.open(path, "r:") as tar:
        for number, member in enumerate(tar, 1):
            _check_count(path, number)
            if member.isfile() and _is_picture(member.name):
                start, size = member.offset_data, member.size
                yield Origin(f"{path}:{member.name}", str(path), "tar", start=start, size=size, stamp=stamp)


def _in_zip(path: Path) -> Iterator[Origin]:
    stamp = path.stat().st_mtime_ns
    with zipfile.ZipFile(path) as archive:
        _check_zip(path, archive.infolist())
        for member in archive.infolist():
            if not member.is_dir() and _is_picture(member.filename):
                name = f"{path}:{member.filename}"
                yield Origin(
                    name,
                    str(path),
                    "zip",
                    member=member.filename,
                    start=member.header_offset,
                    size=member.file_size,
                    stamp=stamp,
                )


def _check_zip(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse what a few megabytes unpack to without end."""
    _check_count(path, len(members))
    unpacked = sum(member.file_size for member in members)
    most = max(ARCHIVE_BYTES, ARCHIVE_GROWTH * path.stat().st_size)
    if unpacked > most:
        raise BoundError(f"{too_many_bytes(str(path), unpacked, most)[:-1]} from an archive of its size; unpack it.")


def _check_count(path: Path, count: int) -> None:
    if count > ARCHIVE_MEMBERS:
        raise BoundError(f"{path} holds more than {ARCHIVE_MEMBERS:,} members, all that graycolor takes; split it.")


def _in_arrays(folder: Path) -> Iterator[Origin]:
    arrays = open_arrays(folder)
    height, width = arrays.gray.shape[1:]
    for row in range(len(arrays.gray)):
        yield Origin(f"{folder}:{row}", str(folder), "arrays", start=row, size=height * width * 3, stamp=arrays.stamp)


def _is_picture(name: str) -> bool:
    """Whether a name is a picture's; `._x.jpg` is what another system leaves beside x.jpg."""
    path = Path(name)
    return path.suffix.lower() in _PICTURES and not path.name.startswith(".") and not path.stem.endswith(OWN_MARK)


def _read_tar(origin: Origin) -> bytes:
    with open_regular(Path(origin.path), "archive") as file:
        file.seek(origin.start)
        return file.read(origin.size)


def _read_zip(origin: Origin) -> bytes:
    return _opened_zip(origin.path).read(origin.member)


def _read_row(origin: Origin) -> bytes:
    """A row of the arrays as a PNM file, which costs nothing to write or read."""
    rgb = _opened_arrays(origin.path).rgb(origin.start)
    return b"P6 %d %d 255\n" % (rgb.shape[1], rgb.shape[0]) + rgb.tobytes()


_READERS: dict[str, Callable[[Origin], bytes]] = {
    "tar": _read_tar,
    "zip": _read_zip,
    "arrays": _read_row,
}


@lru_cache(4)
def _opened_zip(path: str) -> zipfile.ZipFile:
    """Kept open: reading a zip's directory anew for every member would be most of the work."""
    return zipfile.ZipFile(path)


@cache
def _opened_arrays(path: str) -> ReportArrays:
    return open_arrays(Path(path))


def report_folders(names: Sequence[str | Path]) -> list[Path]:
    """The sources that are folders in the founding report's layout."""
    return [Path(name) for name in names if Path(name).is_dir() and is_report_layout(Path(name))]
