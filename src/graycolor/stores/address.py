"""Addresses of objects in a store (`s3://bucket/scans/a.jpg`), which stand where paths do: they have names and stems.

An address says where something lies and nothing else: credentials come from the environment, as the tools of each store
take them, so that no list, log or message holds any.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath, PureWindowsPath

from graycolor.errors import UsageError
from graycolor.names import path_told
from graycolor.packages import require

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://(.*)", re.IGNORECASE | re.DOTALL)
_SAME = {"gcs": "gs"}
_PACKAGES = {"s3": ("fsspec", "s3fs"), "gs": ("fsspec", "gcsfs"), "memory": ("fsspec",)}
"""The stores that are known, and what each needs. `memory` is a store within this process, for programs and tests."""


class Address(PurePosixPath):
    """Where an object lies. As a path it begins with the scheme, so that names, stems and folders are those of paths.

    It is no `Path`: nothing that reads or writes files of this machine takes it.
    """

    __slots__ = ()

    def __str__(self) -> str:
        scheme, *names = self.parts
        return f"{scheme}//{'/'.join(names)}"

    @property
    def scheme(self) -> str:
        """The kind of store, such as `s3`."""
        return self.parts[0].removesuffix(":")

    def below(self, folder: Address) -> PurePosixPath:
        """The names that lead here from a folder."""
        return PurePosixPath(*self.parts[len(folder.parts) :])


def is_address(name: str) -> bool:
    """Whether a name is an address, of whatever kind, and no file of that very name."""
    return bool(_ADDRESS.match(name)) and not os.path.lexists(name)


def is_stored(name: str) -> bool:
    """Whether a name is the address of something in a store that is known."""
    found = _ADDRESS.match(name)
    return found is not None and _scheme(found) in _PACKAGES and not os.path.lexists(name)


def _scheme(found: re.Match[str]) -> str:
    return _SAME.get(found[1].lower(), found[1].lower())


def without_file(name: str) -> str:
    """The path in a `file://` address, with the slash at its end if it has one; any other name as it is.

    Raises:
        UsageError: it names a file of another machine.
    """
    if not name.lower().startswith("file://") or not is_address(name):
        return name
    return str(_path_in(name)) + ("/" if name.endswith("/") else "")


def place_of(name: str) -> Path | Address:
    """The address in a text; of `file://`, and of what is no address at all, the path.

    Raises:
        UsageError: it is of no kind that is known, holds credentials, or has parts that no folder could hold.
        MissingPackageError: what reads such a store is not installed.
    """
    found = _ADDRESS.match(name)
    if found is None or os.path.lexists(name):
        return Path(name)
    scheme = _scheme(found)
    if scheme == "file":
        return _path_in(name)
    if scheme not in _PACKAGES:
        raise UsageError(f"graycolor knows no {scheme}:// addresses; use s3://, gs:// or file://, or copy the files.")
    bucket, _, _ = found[2].partition("/")
    if "@" in bucket:
        where = f"{scheme}://{found[2].partition('@')[2]}"
        raise UsageError(
            f"The address of {where} holds a password, which logs would show; leave it out, and set the credentials in "
            "the environment."
        )
    require(f"An address of {scheme}://", *_PACKAGES[scheme])
    return checked_address(f"{scheme}://{found[2].rstrip('/')}")


def _path_in(name: str) -> Path:
    if not name.lower().startswith("file:///"):
        raise UsageError(f"{name} names no file of this machine; write file:///FOLDER/NAME, or the name alone.")
    return path_told("file" + name[4:])


def checked_address(text: str) -> Address:
    """The address in a text that has one of the known schemes.

    Raises:
        UsageError: it names no bucket, or has parts that are empty or lead elsewhere (`..`), which no folder can hold.
    """
    address = Address(text)
    names = address.parts[1:]
    if not names or str(address) != text or not is_plain(PurePosixPath(*names)):
        raise UsageError(
            f"The address {text} has no bucket, or empty or dotted parts, which no folder can hold; name it otherwise."
        )
    return address


def is_plain(name: PurePosixPath) -> bool:
    """Whether a relative name stays below where it is put, on this system too."""
    here = PureWindowsPath(name) if os.name == "nt" else name
    leads_elsewhere = ".." in name.parts or here.is_absolute() or "\0" in str(name)
    return not leads_elsewhere and len(here.parts) == len(name.parts)
