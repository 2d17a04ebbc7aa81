"""What a person reads while a film is being colored."""

import re

from graycolor.cli import film_progress
from graycolor.jobs.film_coloring import Progress


def test_the_pace_counts_from_the_first_frame(monkeypatch):
    clock = iter([100.0, 101.0, 110.0])
    monkeypatch.setattr(film_progress.time, "monotonic", lambda: next(clock))
    pace = film_progress._Told()

    assert pace(Progress(201, 8000, 200, 25.0)) == "frame 201 of 8000"
    assert pace(Progress(210, 8000, 200, 25.0)) == "frame 210 of 8000"
    told = "frame 251 of 8000, shot 7  5.0 fps  0.20x  25:50 left"
    assert pace(Progress(251, 8000, 200, 25.0, shot=7)) == told


def test_lines_come_now_and_then(monkeypatch, capsys):
    clock = iter(range(0, 100, 4))
    monkeypatch.setattr(film_progress.time, "monotonic", lambda: next(clock))
    with film_progress.film_progress("old.mp4", quiet=False) as advance:
        for done in range(1, 8):
            advance(Progress(done, 8000, 0, 25.0))
    lines = capsys.readouterr().err.splitlines()

    assert 1 <= len(lines) < 7
    assert re.search(r"old\.mp4: frame \d+ of 8000 .* left", lines[-1])
