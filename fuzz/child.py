"""The process that tries cases: bounded in memory and time, so that what a case does to it tells, and ends there.

`python -m fuzz.child FOLDER SEED UNTIL TARGET...` tries the targets one after another until UNTIL (of `time.time`),
and leaves in FOLDER: `running`, the target and the bytes of the case in hand, and `TARGET.json`, what was tried and
found, rewritten after every batch.
"""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import json
import logging
import os
import sys
import time
import traceback
import warnings
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import HypothesisException

from fuzz.targets import TARGETS, Target
from graycolor.errors import GraycolorError

CASE_SECONDS = 10
"""A case that takes longer is a find, and its process ends."""
SLOW_SECONDS = 3
"""One that takes longer is a find: of this process's own time, as machines may be busy."""
CASE_MEGABYTES = 400
"""One that needs more is a find."""
ADDRESS_SPACE = 3_000_000_000
"""Bytes beyond what the process has when it begins."""
_BATCH = 200
_TELLING = ("nobody foresaw", "does not fit into memory")
"""Sentences that are finds themselves: the samples are small."""
_LEAST_SECONDS = 1.0
"""For a target whose imports have taken all its time."""
_WARM_SECONDS = 60
_MOST_CASES = int(os.environ.get("FUZZ_CASES", sys.maxsize))
"""Of a target."""
_BETWEEN_ALARMS = 1.0
"""Seconds: to set one takes as long as many a case."""


class Fuzzing:
    """Cases of one target until its time is over.

    Attributes:
        tried: how many.
        accepted: how many of them were taken.
        finds: kind -> the smallest case.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.tried = self.accepted = 0
        self.finds: dict[str, bytes] = {}
        self._name, self._target, self._folder = name, TARGETS[name], folder
        self._running = (folder / "running").open("wb", buffering=0)
        self._peak, self._alarm, self._shrinking = 0.0, 0.0, ""

    def go(self, seed: int, until: float) -> None:
        """Batch after batch, each under a seed of its own that follows from `seed`; at least one."""
        samples = tuple(self._target.samples())
        for sample in samples:  # imports, tables and caches are no case's doing
            faulthandler.dump_traceback_later(_WARM_SECONDS, exit=True)
            if kind := _ended(self._target, sample):
                self.finds[f"good sample: {kind}"] = sample
        strategy, batch, until = self._target.strategy(samples), 0, max(until, time.time() + _LEAST_SECONDS)
        while time.time() < until and self.tried < _MOST_CASES:
            digest = hashlib.sha256(f"{self._name} {seed} {batch}".encode()).digest()
            test = given(strategy)(lambda data: self._case(data, until))
            test = settings(
                max_examples=_BATCH,
                database=None,
                deadline=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
                report_multiple_bugs=False,
            )(test)
            with contextlib.suppress(_Found, HypothesisException):
                seeded(int.from_bytes(digest[:8], "big"))(test)()
            batch += 1
            self._tell()
        faulthandler.cancel_dump_traceback_later()

    def _case(self, data: bytes, until: float) -> None:
        """Raises `_Found` for what is new, so that hypothesis looks for the fewest changes that show it."""
        is_over = time.time() >= until or (self.tried >= _MOST_CASES and not self._shrinking)
        kind = "" if is_over else self._try_one(data)
        if not kind:
            return
        is_new = kind not in self.finds
        if is_new or len(data) < len(self.finds[kind]):
            self.finds[kind] = data
        if is_new or kind == self._shrinking:
            self._shrinking = kind
            raise _Found(kind)

    def _try_one(self, data: bytes) -> str:
        """What is wrong with how a case ended; empty where nothing is."""
        self._running.seek(0)
        self._running.truncate()
        self._running.write(self._name.encode() + b"\n" + data)
        self.tried += 1
        if time.monotonic() - self._alarm > _BETWEEN_ALARMS:
            self._alarm = time.monotonic()
            faulthandler.dump_traceback_later(CASE_SECONDS + _BETWEEN_ALARMS, exit=True)
        began = time.process_time()
        kind = _ended(self._target, data)
        self.accepted += kind is None
        took, before, self._peak = time.process_time() - began, self._peak, _megabytes()
        if not kind and before and self._peak - before > CASE_MEGABYTES:
            kind = f"took more than {CASE_MEGABYTES} MB"
        return kind or (f"took more than {SLOW_SECONDS} s" if took > SLOW_SECONDS else "")

    def _tell(self) -> None:
        """Write down how far it is."""
        finds = {kind: data.hex() for kind, data in self.finds.items()}
        place = self._folder / f"{self._name}.json"
        place.with_suffix(".new").write_text(json.dumps([self.tried, self.accepted, finds]))
        place.with_suffix(".new").replace(place)


class _Found(Exception):  # noqa: N818 - it is what is looked for
    """A case that ended badly."""


def _ended(target: Target, data: bytes) -> str | None:
    """None where it was taken, nothing where it was refused as it should be, else what is wrong."""
    try:
        target.run(data)
    except GraycolorError as error:
        return next((f"says: {telling}" for telling in _TELLING if telling in str(error)), "")
    except Exception as error:
        return "" if type(error).__name__ in target.expected else f"{type(error).__name__} in {_place(error)}"
    return None


def _place(error: Exception) -> str:
    """The innermost line of graycolor's own that the error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}graycolor{os.sep}" in frame.filename] or frames
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"


def _megabytes() -> float:
    """The most that this process has needed so far; nothing where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _limit() -> None:
    """Bound this process; systems without such bounds have the time limits alone."""
    try:
        import resource

        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + ADDRESS_SPACE, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return


def quiet() -> None:
    """Other libraries' remarks on what is broken, which it is meant to be."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)


def main() -> None:
    """Try cases; arguments are in the module's docstring."""
    folder, seed, until, *names = sys.argv[1:]
    faulthandler.enable()
    quiet()
    _limit()
    for place, name in enumerate(names):
        left = float(until) - time.time()
        Fuzzing(name, Path(folder)).go(int(seed), time.time() + left / (len(names) - place))


if __name__ == "__main__":
    main()
