"""Every figure that the documents quote, measured again in a short form: one table of ratios, medians and ranges.

    python benchmarks/all.py [NAME ...] [--photographs VAL.tar] [--clips FOLDER] [--peers CLONE] [--rounds 3]

Each benchmark runs in a process of its own, with few rounds and few photographs, for a few minutes at most (`--limit`
seconds); one that fails is a line of the table, and the exit code is 1. Times are ratios within a round: the median of
the rounds, and the least and the greatest. Figures of photographs are means, with the 95 % interval of the mean.

Without `--photographs` they are taken on four photographs that come with scikit-image, which shows that everything
runs; the documents' figures are of photographs that no network has been trained on. `--clips` names a folder with the
clips of `benchmarks/film_things.json`, `--peers` a clone of github.com/dan64/vs-deoldify (see `benchmarks/peers.py`);
what has nothing to look at is left out, which is said. The last column has what the documents say, and where; the full
length of each benchmark is in `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout, suppress
from pathlib import Path
from subprocess import PIPE

from quoted import Figure
from short import BENCHMARKS

FAILED = "failed:"
"""How the word begins of a benchmark that has no figures and should."""


def main() -> int:
    """Runs them all, or those that were named; in the process of one, that one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--photographs", type=Path, help="a tar or a folder of photographs in color, held out")
    parser.add_argument("--leave-out", nargs="*", default=[], help="sources, by how their names begin")
    parser.add_argument("--clips", type=Path, help="a folder with the clips of benchmarks/film_things.json")
    parser.add_argument("--peers", type=Path, help="a clone of github.com/dan64/vs-deoldify")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=12, help="photographs to judge by")
    parser.add_argument("--limit", type=float, default=900, help="seconds for each benchmark")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    a = parser.parse_args()
    if unknown := {*a.names} - BENCHMARKS.keys():
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    return alone(a) if a.only else every(a)


def alone(a: argparse.Namespace) -> int:
    """One benchmark; its figures as JSON on stdout, whatever else it prints on stderr."""
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
        found = BENCHMARKS[a.only](a, Path(folder))
    print(json.dumps(found))
    return 0


def every(a: argparse.Namespace) -> int:
    """All of them, each in a process of its own; the table grows as they end, so that what is stopped has told most."""
    table: dict[str, list[Figure] | str] = {}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what runs is ended, too
    print(f"{'':19}{'':65}{'value':>9}  {'range':<20}in the documents", flush=True)
    for name in a.names or BENCHMARKS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        table[name] = figures_of(name, a.limit)
        show(name, table[name])
        if a.json:
            a.json.write_text(json.dumps(table, indent=1), "utf-8")
    return int(any(isinstance(found, str) and found.startswith(FAILED) for found in table.values()))


def figures_of(name: str, limit: float) -> list[Figure] | str:
    """The figures of a benchmark, or why there are none."""
    command = [sys.executable, __file__, *sys.argv[1:], "--only", name]
    running = subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True, start_new_session=True)
    try:
        told, complaint = running.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return f"{FAILED} not done after {limit:.0f} s; give it more with --limit"
    finally:
        end(running)
    if running.returncode:
        return f"{FAILED} {(complaint.strip() or 'it said nothing').splitlines()[-1]}"
    found = json.loads(told)
    return f"left out: {found}" if isinstance(found, str) else [Figure(*each) for each in found]


def end(running: subprocess.Popen[str]) -> None:
    """Ends what is still there of a benchmark and of all that it started, which would disturb the next."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def show(name: str, found: list[Figure] | str) -> None:
    """The lines of one benchmark, for people."""
    if isinstance(found, str):
        print(f"{name:19}{found}", flush=True)
        return
    for figure in found:
        spread = "" if figure.low == figure.high else f"{figure.low:.3g} to {figure.high:.3g}"
        print(f"{name:19}{figure.name:65}{figure.value:9.3g}  {spread:<20}{figure.quoted}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
