"""`python -m fuzz`: every decoder of graycolor's own against mutated files; see README.md."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

_GRACE_SECONDS = 60
"""What a process may take beyond its time: for the case in hand, and to start on a busy machine."""


@dataclass
class Tried:
    """What was tried of one target: how many cases, how many of them were taken, kind of find -> its case."""

    tried: int = 0
    accepted: int = 0
    finds: dict[str, bytes] = field(default_factory=dict)

    def add(self, tried: int, accepted: int, finds: dict[str, str]) -> None:
        """Take up what one process has told."""
        self.tried += tried
        self.accepted += accepted
        for kind, case in finds.items():
            self.find(kind, bytes.fromhex(case))

    def find(self, kind: str, case: bytes) -> None:
        """Keep a find, where it is the smallest of its kind."""
        if kind not in self.finds or len(case) < len(self.finds[kind]):
            self.finds[kind] = case


def main() -> int:
    """Fuzz; returns 1 where something was found."""
    from fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="in all, shared by the targets (default: 120)")
    parser.add_argument(
        "--cases", type=int, default=sys.maxsize, help="of each target at most, the same on any machine"
    )
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="one of all; may be repeated")
    parser.add_argument("--seed", type=int, default=0, help="the same seed tries the same cases (default: 0)")
    parser.add_argument("--finds", type=Path, default=Path("fuzz/finds"), help="where finds go (default: fuzz/finds)")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), help="processes at a time")
    parser.add_argument("--replay", type=Path, help="run one saved case of --target, with its traceback")
    asked = parser.parse_args()
    names = asked.target or list(TARGETS)
    if asked.replay:
        return _replay(names[0], asked.replay)
    os.environ["FUZZ_CASES"] = str(asked.cases)
    until = time.time() + asked.seconds
    every = [names[start :: asked.jobs] for start in range(min(asked.jobs, len(names)))]
    with ThreadPoolExecutor(len(every)) as pool:
        parts = list(pool.map(lambda part: _fuzzed(part, asked.seed, until), every))
    found = {name: tried for part in parts for name, tried in part.items()}
    for name in names:
        _tell(name, found[name], asked.finds)
    print(f"{sum(each.tried for each in found.values())} cases of {len(names)} targets, seed {asked.seed}")
    return int(any(each.finds for each in found.values()))


def _fuzzed(names: Sequence[str], seed: int, until: float) -> dict[str, Tried]:
    """Several targets, in process after process: one that a case has ended is followed by another."""
    found, left = {name: Tried() for name in names}, list(names)
    while left and time.time() < until:
        ended_by = _in_a_process(left, seed, until, found)
        if not ended_by:
            break
        left = left[left.index(ended_by) :]
        if len(found[ended_by].finds) > 1:  # it ends its process again and again: the others get its time
            left.remove(ended_by)
        seed += 1_000_003
    return found


def _in_a_process(names: Sequence[str], seed: int, until: float, found: dict[str, Tried]) -> str:
    """One process; returns the target whose case ended it, or nothing where it went to its end."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        environment = os.environ | {"FUZZ_FOLDER": f"{folder}/files", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "fuzz.child", folder, str(seed), str(until), *names]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
        try:
            _, said = process.communicate(timeout=until - time.time() + _GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            _, said = process.communicate()
        for name in names:
            told = Path(folder, f"{name}.json")
            if told.exists():
                found[name].add(*json.loads(told.read_text()))
        return _ended_by(Path(folder, "running"), process.returncode, said.decode("utf-8", "replace"), found)


def _ended_by(running: Path, code: int, said: str, found: dict[str, Tried]) -> str:
    """The target whose case ended a process, which then is a find."""
    if not code:
        return ""
    if not running.exists() or "Traceback (most recent call last)" in said:
        raise SystemExit(f"Fuzzing itself failed:\n{said}")
    name, case = running.read_bytes().split(b"\n", 1)
    why = "hung" if "Timeout (" in said else f"ended its process ({code})"
    found[name.decode()].find(f"{why} {_line_of_ours(said)}".strip(), case)
    return name.decode()


def _line_of_ours(said: str) -> str:
    """From faulthandler's traceback, whose most recent call comes first."""
    lines = [line.strip() for line in said.splitlines() if "/graycolor/" in line]
    return "in " + lines[0].rpartition("/")[2].replace('", line ', ":") if lines else ""


def _tell(name: str, tried: Tried, folder: Path) -> None:
    """Print what was tried and keep what was found."""
    print(f"{name:14} {tried.tried:7} cases, {tried.accepted:7} of them taken, {len(tried.finds)} finds")
    for kind, case in tried.finds.items():
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}-{hashlib.sha256(kind.encode()).hexdigest()[:8]}"
        path.write_bytes(case)
        print(f"  {kind}: {path}")


def _replay(name: str, path: Path) -> int:
    from fuzz.child import quiet
    from fuzz.targets import TARGETS

    quiet()
    TARGETS[name].run(path.read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
