"""Standard streams that never end a run: what they refuse is noted, the work goes on, and the end says it.

A reader that has seen enough (`| head -1`) wanted no more; a full or closed stdout is a loss, and is told.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graycolor.errors import EXIT_FAILED

_NAMES = ("stdin", "stdout", "stderr")
_SEEN_ENOUGH = frozenset({errno.EPIPE, errno.ECONNRESET})


class _Patient(io.FileIO):
    """A descriptor that is written to until it refuses; from then on what comes is dropped."""

    def __init__(self, descriptor: int, *, was_closed: bool) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self.failure: OSError | None = None
        self._was_closed = was_closed

    def write(self, data: Any) -> int:
        if self.failure is None:
            try:
                if self._was_closed:
                    raise OSError(errno.EBADF, "it is closed")
                return super().write(data) or 0
            except OSError as error:
                self.failure = error
        return memoryview(data).nbytes


@contextmanager
def patient_streams() -> Iterator[None]:
    """Stdout and stderr refuse nothing within; a loss on stdout is said at the end, and makes an exit code of 0 a 1."""
    closed = _fill_closed()
    out = _make_patient("stdout", was_closed="stdout" in closed)
    _make_patient("stderr", was_closed="stderr" in closed)
    try:
        yield
    except SystemExit as leaving:
        if _is_loss(out) and not leaving.code:
            raise SystemExit(EXIT_FAILED) from None
        raise


def send(data: bytes) -> None:
    """Write bytes to standard output.

    Raises:
        OSError: it does not take all of them.
    """
    stream = sys.stdout.buffer
    stream.write(data)
    stream.flush()
    raw = _raw(stream)
    if isinstance(raw, _Patient) and raw.failure is not None:
        failure, raw.failure = raw.failure, None  # whoever is told now must not be told again at the end
        raise failure


def _fill_closed() -> list[str]:
    """Give closed streams a place that swallows all: the next file to be opened would get their descriptors."""
    closed = []
    for number, name in enumerate(_NAMES):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one
            os.set_inheritable(number, True)
            closed.append(name)
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    return closed


def _make_patient(name: str, *, was_closed: bool) -> _Patient | None:
    """Replace a stream by one over the same descriptor; not a console of Windows, nor what is no descriptor."""
    stream = getattr(sys, name)
    raw = _raw(getattr(stream, "buffer", None))
    if type(raw) is not io.FileIO:
        return None
    stream.flush()
    patient = _Patient(raw.fileno(), was_closed=was_closed)
    text = io.TextIOWrapper(
        io.BufferedWriter(patient),
        stream.encoding,
        stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
    setattr(sys, name, text)
    setattr(sys, f"__{name}__", text)
    return patient


def _raw(buffer: Any) -> Any:
    """What a binary stream writes to, which it is itself where Python does not buffer (`PYTHONUNBUFFERED`)."""
    return getattr(buffer, "raw", buffer)


def _is_loss(out: _Patient | None) -> bool:
    """Whether stdout has lost something that somebody wanted; says so."""
    sys.stdout.flush()
    if out is None or out.failure is None or out.failure.errno in _SEEN_ENOUGH:
        return False
    reason = (out.failure.strerror or str(out.failure)).lower()
    sys.stderr.write(
        f"graycolor: Standard output cannot be written ({reason}); what was to be printed is lost, all else is done.\n"
    )
    return True
