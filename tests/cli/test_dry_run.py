"""A dry run looks into the files: it says beforehand what a run would say."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
import tifffile
from PIL import Image

GRAY = np.tile(np.linspace(20, 230, 96).astype(np.uint8), (64, 1))


def run(*arguments, cwd):
    command = [sys.executable, "-m", "graycolor", "colorize", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def album(tmp_path):
    Image.fromarray(GRAY).save(tmp_path / "gray.png")
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)).save(tmp_path / "color.png")
    (tmp_path / "broken.png").write_bytes((tmp_path / "gray.png").read_bytes()[:90])
    deep = io.BytesIO()
    tifffile.imwrite(deep, GRAY.astype(np.uint16) * 257, resolution=(204, 98), resolutionunit="NONE", metadata=None)
    (tmp_path / "fax.tif").write_bytes(deep.getvalue())
    Image.fromarray(GRAY).convert("CMYK").save(tmp_path / "press.jpg")
    gray = Image.fromarray(GRAY)
    gray.save(tmp_path / "book.tif", save_all=True, append_images=[gray])
    return tmp_path


NAMES = ("gray.png", "color.png", "broken.png", "fax.tif", "press.jpg")


def test_a_color_and_a_broken_picture_are_not_counted_as_to_be_colored(album):
    done = run(*NAMES, "--dry-run", cwd=album)

    assert done.returncode == 1
    assert "3 would be colored, 1 left alone, 1 cannot be done; nothing was done." in done.stderr
    assert done.stdout.splitlines() == [f"{a} -> {a[:-4]}-color{a[-4:]}" for a in ("gray.png", "fax.tif", "press.jpg")]
    assert "broken.png is damaged or cut off" in done.stderr
    assert not list(album.glob("*-color*"))


@pytest.mark.parametrize("more", [(), ("--format", "jpg"), ("--format", "webp"), ("--keep", "lightness")])
def test_it_says_what_the_run_says(album, more):
    planned, done = (
        [json.loads(line) for line in run(*NAMES, "--json", *more, *flag, cwd=album).stdout.splitlines()]
        for flag in (("--dry-run",), ())
    )
    planned, done = ({each["input"]: each for each in lines} for lines in (planned, done))

    assert planned.keys() == done.keys()
    for name in NAMES:
        for key in ("notes", "left_alone", "error"):
            assert planned[name][key] == done[name][key], (name, key)
    if "webp" in more:
        assert any("shape of pixels" in note for note in planned["fax.tif"]["notes"])


def test_a_format_that_holds_no_pages_is_refused_beforehand(album):
    planned = run("book.tif", "-o", "book.png", "--dry-run", cwd=album)

    assert planned.returncode == 1
    assert "PNG holds one picture, and there are 2" in planned.stderr


def test_a_color_picture_alone_is_a_failure_as_in_the_run(album):
    assert run("color.png", "--dry-run", cwd=album).returncode == run("color.png", cwd=album).returncode == 1
    assert run("color.png", "--input", "gray", "--dry-run", cwd=album).returncode == 0
