"""A long film, colored by a command that is killed and goes on: memory, disk, time left, and sound in step at the end.

    python benchmarks/film_long.py CLIPS --minutes 120 --work FOLDER [--kills 3] [--seed 0] [--film FILM]

The clips of a folder are looped, as PAL pictures (720x576, 25 frames a second), with a sound that clicks each second;
a white square shows in the frame of each click, so that sound and picture can be laid beside each other in the result.
`graycolor video` colors it, is killed (`kill -9`) at random moments, and goes on. Memory (of the process) and disk
(finished pieces, and the result) are sampled every second; what the command says of the time left is read from
its own lines, and held to what it took from there, whenever it ran on to its end.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np

from looped_film import RATE, build, count, steps

EVERY = 1.0
"""Seconds between two looks at memory and disk."""
SETTLED = 60.0
"""Seconds until all that a run needs is there."""
LEAST_LEFT = 60.0
"""Seconds below which nobody minds how many are left."""
_GOING_ON = re.compile(r"going on after frame (\d+)")
_LINE = re.compile(r"frame (\d+) of (\d+)(?:, shot (\d+))?  [\d.]+ fps  [\d.]+x  (?:(\d+):)?(\d+):(\d+) left")


@dataclass
class Run:
    """What was seen of one run of the command.

    Attributes:
        memory, disk: resident bytes, and bytes of finished pieces and of what will be the result, each with the clock.
        work: seconds of processor time, with the clock.
        lines: clock, frame, and seconds left, as the command said them.
        first: frames that earlier runs had finished.
        began, ended: by the clock.
        other: what else it said.
    """

    memory: list[tuple[float, int]] = field(default_factory=list)
    disk: list[tuple[float, int]] = field(default_factory=list)
    work: list[tuple[float, float]] = field(default_factory=list)
    lines: list[tuple[float, int, int]] = field(default_factory=list)
    first: int = 0
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    other: list[str] = field(default_factory=list)

    def read(self, stream: Any) -> None:
        """Take up what the command says on stderr."""
        for line in stream:
            if found := _LINE.search(line):
                hours, minutes, seconds = (int(each or 0) for each in found.groups()[3:])
                self.lines.append((time.monotonic(), int(found[1]), 3600 * hours + 60 * minutes + seconds))
            elif found := _GOING_ON.search(line):
                self.first = int(found[1])
            else:
                self.other.append(line.strip())

    def clock_at(self, frame: int) -> float:
        """About when a frame had its colors."""
        frames, clocks = (
            [self.first, *(each[1] for each in self.lines)],
            [self.began, *(each[0] for each in self.lines)],
        )
        return float(np.interp(frame, frames, clocks))

    def worked_at(self, clock: float) -> float:
        """Processor seconds by then."""
        return float(np.interp(clock, [each[0] for each in self.work], [each[1] for each in self.work]))


def watched(command: list[str], folder: Path, kill_at: int | None) -> Run:
    """Run the command, to its end or until it has said that a frame is done, where it is killed."""
    seen = Run()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    reader = Thread(target=seen.read, args=(process.stderr,))
    reader.start()
    while process.poll() is None:
        seen.disk.append((time.monotonic(), on_disk(folder)))
        with suppress(OSError):
            memory, worked = held_by(process.pid)
            seen.memory.append((time.monotonic(), memory))
            seen.work.append((time.monotonic(), worked))
        if kill_at is not None and seen.lines and seen.lines[-1][1] >= kill_at:
            process.kill()
        time.sleep(EVERY)
    reader.join()
    seen.ended = time.monotonic()
    if kill_at is None and process.returncode:
        raise SystemExit("\n".join(["graycolor video failed:", *seen.other]))
    return seen


def held_by(process: int) -> tuple[int, float]:
    """Bytes of memory that a process has now, and the processor seconds that it has had."""
    memory = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    if memory is None:
        raise ProcessLookupError  # it has ended, and nobody has asked how
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(memory[1]) * 1024, (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def on_disk(folder: Path) -> int:
    """Bytes of all files in a folder."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # gone by now
            total += path.stat().st_size if path.is_file() else 0
    return total


@dataclass(frozen=True)
class Left:
    """What was said of the time left at a moment, and what it was, by the clock and in processor seconds."""

    share: float
    said: float
    was: float
    said_work: float
    was_work: float


def left_by(runs: list[Run], frames: int) -> list[Left]:
    """Every word about the time left, beside what came: the rest of its run, and of those after it without the gaps.

    Processor seconds left are those that the words meant: the pace of the run so far, at the share of the machine that
    it had so far. They tell also on a machine that others use.
    """
    found = []
    for number, own in enumerate(runs):
        later = runs[number + 1 :]
        for clock, frame, said in own.lines:
            legs = [(own, clock)] + [(each, each.began) for each in later]
            ends = [runs[k].clock_at(runs[k + 1].first) for k in range(number, len(runs) - 1)] + [runs[-1].ended]
            ends = [max(end, leg[1]) for end, leg in zip(ends, legs, strict=True)]
            was = sum(end - begin for (_, begin), end in zip(legs, ends, strict=True))
            worked = sum(
                leg.worked_at(end) - leg.worked_at(begin) for (leg, begin), end in zip(legs, ends, strict=True)
            )
            share = own.worked_at(clock) / max(clock - own.began, 1e-6)
            found.append(Left(frame / frames, said, was, said * share, worked))
    return found


def off(said: float, was: float) -> float:
    return said / was - 1


def report(runs: list[Run], film: Path, result: Path, frames: int) -> dict[str, Any]:
    """All figures of a film that was colored."""
    memory = [bytes_ for own in runs for _, bytes_ in own.memory]
    settled = [[bytes_ for clock, bytes_ in own.memory if clock - own.began > SETTLED] or [0] for own in runs]
    thirds = [[max(part) / 1e6 for part in np.array_split(own, 3) if len(part)] for own in settled]
    words = [each for each in left_by(runs, frames) if each.share >= 0.1 and each.was >= LEAST_LEFT]
    size = result.stat().st_size
    in_step = steps(result, 60.0)
    seconds = sum(own.ended - own.began for own in runs)
    return {
        "minutes": frames / RATE / 60,
        "frames": frames,
        "frames in the result": count(result),
        "source MB": film.stat().st_size / 1e6,
        "result MB": size / 1e6,
        "killed at frames": [own.first for own in runs[1:]],
        "hours of work": seconds / 3600,
        "processor hours": sum(own.work[-1][1] for own in runs) / 3600,
        "peak memory MB": max(memory) / 1e6,
        "highest memory MB in each third of each run": thirds,
        "most on the disk, times the result": max(bytes_ for own in runs for _, bytes_ in own.disk) / size,
        "left behind": sorted(path.name for path in result.parent.iterdir() if path != result),
        "words about the time left": len(words),
        "their errors by the clock": spread([off(each.said, each.was) for each in words]),
        "their errors in processor time": spread([off(each.said_work, each.was_work) for each in words]),
        "clicks in the last minute": len(in_step),
        "step at the end, ms": [1000 * min(in_step), 1000 * max(in_step)] if in_step else None,
        "step in the source, ms": [1000 * each(steps(film, 60.0)) for each in (min, max)],
    }


def spread(errors: list[float]) -> dict[str, float] | None:
    """Least, median and greatest, and the share within 15 %."""
    if not errors:
        return None
    within = float(np.mean(np.abs(errors) <= 0.15))
    return {"least": min(errors), "median": float(np.median(errors)), "greatest": max(errors), "within 15 %": within}


def main() -> None:
    """Builds, colors, kills, measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, help="folder of clips that are looped")
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--work", type=Path, required=True, help="folder for the film and its result")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--film", type=Path, help="a film that this script has built before")
    arguments = parser.parse_args()
    out = arguments.work / "out"
    out.mkdir(parents=True)
    film = arguments.film or arguments.work / "long.mov"
    if arguments.film is None:
        build(arguments.clips, arguments.minutes, film)
    frames, result = count(film), out / "long-color.mov"
    rng = random.Random(arguments.seed)
    kills = sorted(round(frames * rng.uniform(0.1, 0.9)) for _ in range(arguments.kills))
    command = [sys.executable, "-m", "graycolor", "video", str(film), "-o", str(result), "--input", "gray"]
    runs = []
    for kill_at in [*kills, None]:
        runs.append(watched(command, out, kill_at))
        last = runs[-1].lines[-1][1] if runs[-1].lines else 0
        most = max(bytes_ for _, bytes_ in runs[-1].memory) / 1e6
        print(f"run {len(runs)}: frames {runs[-1].first} to {last} of {frames}, {most:.0f} MB at most", flush=True)
    print(json.dumps(report(runs, film, result, frames), indent=2))


if __name__ == "__main__":
    main()
