"""Plain tars of pictures that any tool reads, byte for byte the same for the same pictures."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from graycolor.bounds import member_bytes
from graycolor.errors import DatasetError
from graycolor.files.regular import check_regular, too_many_bytes

PICTURES_A_TAR = 10_000


def write_tars(
    folder: Path, split: str, pictures: Iterable[tuple[str, bytes]], a_tar: int = PICTURES_A_TAR
) -> Iterator[Path]:
    """Write `<split>-000.tar` and so on with the pictures in the order given; yields each tar when it is done."""
    left = iter(pictures)
    number = 0
    while batch := next(left, None):
        path = folder / f"{split}-{number:03d}.tar"
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
            _add(tar, *batch)
            for name, data in islice(left, a_tar - 1):
                _add(tar, name, data)
        yield path
        number += 1


def read_tar(path: Path) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the files in a tar, in order."""
    check_regular(path, "file of a dataset", DatasetError)
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            if member.size > member_bytes():
                raise DatasetError(too_many_bytes(f"{path}:{member.name}", member.size, member_bytes()))
            file = tar.extractfile(member)
            if file is not None:
                yield member.name, file.read()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    # A TarInfo of its own has no time, no owner and mode 644: nothing that differs from run to run.
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))
