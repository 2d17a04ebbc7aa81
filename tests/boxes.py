"""A folder on the wall of `graycolor web`, without a browser; and what the command makes of it."""

import time
from contextlib import contextmanager

from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.web.shoebox.box import Box
from graycolor.web.studio import Studio


@contextmanager
def opened(folder, colorizer, tmp_path, studio=None, **said):
    """The folder on a wall, with all that was found."""
    studio = studio or Studio(lambda: colorizer)
    weights = colorizer.weights_hash[:16]
    number = len(list(tmp_path.glob("wall-*")))
    box = Box(folder, studio, weights, tmp_path / f"wall-{number}", **said)
    try:
        until(lambda: box.edition)
        yield box
    finally:
        studio.close()
        box.close()


def until(is_so, seconds=120):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.01)


def named(box, name):
    return next(entry for entry in box.entries() if entry.name == name)


def command(*words):
    done = CliRunner().invoke(app, ["colorize", *map(str, words), "-q"])
    assert done.exit_code == 0, done.output
