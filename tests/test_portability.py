"""Systems that lack what Linux has: `fcntl`, links, files in memory, the count of one's own cores, `mallopt`."""

import pytest
from PIL import Image

from poorer import OPEN_FILES_STAY, run_without

OF_WINDOWS = {
    "modules": ("fcntl", "resource", "pwd", "grp", "termios"),
    "attributes": (
        ("os", "memfd_create"),
        ("os", "O_TMPFILE"),
        ("os", "link"),
        ("os", "sched_getaffinity"),
        ("os", "getuid"),
        ("os", "fchmod"),
        ("ctypes", "CDLL"),
    ),
    "also": OPEN_FILES_STAY,
}


@pytest.fixture
def scans(tmp_path, draw):
    folder = tmp_path / "scans"
    folder.mkdir()
    Image.fromarray(draw(700, 900)).save(folder / "large.jpg")  # large enough for a file in memory
    Image.fromarray(draw(60, 80)).save(folder / "page.tif")
    Image.fromarray(draw(60, 80)).save(folder / "small.png")
    return tmp_path


def test_photographs_are_colored_and_nothing_is_left_half_written(scans):
    first = run_without(
        scans, "-m", "graycolor", "colorize", "scans", "-o", "out/", "--keep", "lightness", **OF_WINDOWS
    )
    again = run_without(scans, "-m", "graycolor", "colorize", "scans", "-o", "out/", **OF_WINDOWS)
    (scans / "out" / ".graycolor-0123456789abcdef.part").touch()  # of a run that was killed
    replaced = run_without(scans, "-m", "graycolor", "colorize", "scans", "-o", "out/", "--overwrite", **OF_WINDOWS)

    results = ["large-color.jpg", "page-color.tif", "small-color.png"]
    assert first.returncode == 0, first.stderr
    assert again.returncode == 1
    assert "already there" in again.stderr
    assert replaced.returncode == 0, replaced.stderr
    assert sorted(path.name for path in (scans / "out").iterdir()) == results


def test_the_bytes_are_those_of_a_system_that_has_everything(scans):
    poor = run_without(scans, "-m", "graycolor", "colorize", "scans", "-o", "poor/", **OF_WINDOWS)
    rich = run_without(scans, "-m", "graycolor", "colorize", "scans", "-o", "rich/")

    assert (poor.returncode, rich.returncode) == (0, 0), poor.stderr + rich.stderr
    for path in (scans / "rich").iterdir():
        assert (scans / "poor" / path.name).read_bytes() == path.read_bytes(), path.name


def test_an_installation_says_what_works(tmp_path):
    done = run_without(tmp_path, "-m", "graycolor", "info", "--check", **OF_WINDOWS)

    assert done.returncode == 0, done.stderr
    assert "colors as it should" in done.stdout
