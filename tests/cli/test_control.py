"""What the user says of the colors, through the real command on real files."""

import base64
import json
import os
import pty
import re
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image

from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.pictures.jpeg.markers import SOS, take_apart

COMMAND = [sys.executable, "-m", "graycolor", "colorize"]


def run(*arguments, cwd, **options):
    options = {"text": True} | options
    return subprocess.run([*COMMAND, *map(str, arguments)], cwd=cwd, capture_output=True, check=False, **options)


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def hue_at(path, x, y):
    a, b = lab_of_rgb8(pixels(path)[y - 3 : y + 4, x - 3 : x + 4])[..., 1:].mean((0, 1))
    return np.degrees(np.arctan2(b, a))


@pytest.fixture
def old(tmp_path, draw):
    Image.fromarray(draw(120, 160)).save(tmp_path / "old.png")
    return tmp_path


@pytest.fixture
def reference(tmp_path):
    rgb = np.empty((120, 160, 3), np.uint8)
    rgb[:60, :80], rgb[:60, 80:] = (210, 120, 160), (90, 170, 90)
    rgb[60:, :80], rgb[60:, 80:] = (30, 90, 160), (160, 70, 20)
    Image.fromarray(rgb).save(tmp_path / "reference.jpg", quality=95)
    return tmp_path / "reference.jpg"


def test_hints_come_from_the_line_from_strokes_and_from_a_folder(old):
    rgba = np.zeros((12, 16, 4), np.uint8)
    rgba[9:11, 2:5] = (0x30, 0x70, 0x30, 255)
    Image.fromarray(rgba).save(old / "strokes.png")
    (old / "hints").mkdir()
    (old / "hints" / "old.json").write_text('[{"x": "50%", "y": "25%", "color": "#805050"}]')
    by_line = run("old.png", "--hint", "80,30,#805050", "--hints", "strokes.png", "-o", "a.png", cwd=old)
    by_folder = run("old.png", "--hints", "hints", "-o", "b.png", cwd=old)

    assert by_line.returncode == by_folder.returncode == 0
    assert abs(hue_at(old / "a.png", 80, 30) - 25) < 15
    assert abs(hue_at(old / "b.png", 80, 30) - 25) < 15
    assert abs(hue_at(old / "a.png", 34, 100) - 140) < 15


def test_variants_are_numbered_files_of_their_own(old):
    done = run("old.png", "--variants", "3", "--json", cwd=old)
    names = [f"old-color-{number}.png" for number in (1, 2, 3)]
    refused = run("old.png", "--variants", "3", cwd=old)

    assert json.loads(done.stdout)["outputs"] == names
    assert len({(old / name).read_bytes() for name in names}) == 3
    assert not (old / "old-color.png").exists()
    assert "old-color-1.png is already there" in refused.stderr


@pytest.mark.slow
def test_all_settings_make_a_result_again_byte_for_byte(old, reference):
    said = [
        "--saturation",
        "0.8",
        "--temperature",
        "0.6",
        "--size",
        "160",
        "--denoise",
        "--hint",
        "20,30,#703020",
        "--reference",
        reference,
        "--variants",
        "2",
        "--seed",
        "5",
        "--quality",
        "80",
        "--keep",
        "lightness",
        "--format",
        "jpg",
        "--no-mark",
    ]
    (old / "first").mkdir()
    first = run("old.png", *said, "--save-settings", "-o", "first", cwd=old)
    saved = old / "first/old-color.jpg.graycolor.json"
    again = run("old.png", "--settings", saved, "-o", "again/", cwd=old)
    louder = run("old.png", "--settings", saved, "--saturation", "1.5", "-o", "louder/", cwd=old)

    assert first.returncode == again.returncode == louder.returncode == 0, first.stderr + again.stderr
    assert json.loads(saved.read_text())["settings"]["seed"] == 5
    for name in ("old-color-1.jpg", "old-color-2.jpg"):
        assert (old / "again" / name).read_bytes() == (old / "first" / name).read_bytes()
        assert (old / "louder" / name).read_bytes() != (old / "first" / name).read_bytes()


def test_a_jpeg_in_one_scan_where_that_is_asked_for_and_noted_down(old, draw):
    Image.fromarray(draw(60, 80)).save(old / "old.jpg")
    result = run("old.jpg", "--interleaved", "--save-settings", "-o", "c.jpg", cwd=old)
    segments, _ = take_apart((old / "c.jpg").read_bytes())

    assert result.returncode == 0, result.stderr
    assert sum(segment.marker == SOS for segment in segments) == 1
    assert json.loads((old / "c.jpg.graycolor.json").read_text())["settings"]["interleaved"] is True


def test_a_reference_that_changed_or_has_no_colors_is_said(old, reference):
    run("old.png", "--reference", reference, "--save-settings", cwd=old)
    Image.new("RGB", (60, 60), (200, 30, 30)).save(reference)
    changed = run("old.png", "--settings", "old-color.png.graycolor.json", "-o", "x.png", cwd=old)
    gray = run("old.png", "--reference", "old.png", "-o", "x.png", cwd=old)

    assert changed.returncode == gray.returncode == 1
    assert "has changed" in changed.stderr
    assert "no colors to lead with" in gray.stderr
    assert not (old / "x.png").exists()


def test_confidence_is_a_map_that_lies_over_the_upright_picture(tmp_path, draw):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(draw(60, 90)).save(tmp_path / "turned.jpg", exif=exif)
    done = run("turned.jpg", "--confidence", "--size", "auto", cwd=tmp_path)

    assert done.returncode == 0
    with Image.open(tmp_path / "turned-color-confidence.png") as image:
        assert (image.mode, image.size) == ("L", (60, 90))
        assert np.ptp(np.asarray(image)) > 10
    assert run("turned.jpg", "--size", "big", "-o", "x.jpg", cwd=tmp_path).returncode == 2


def test_kinds_of_inputs_are_told_and_treated(tmp_path, draw, reference):
    gray = draw(100, 120).astype(float)
    sepia = np.clip(gray[..., None] * (1.0, 0.86, 0.66) + (20, 8, 0), 0, 255).astype(np.uint8)
    Image.fromarray(sepia).save(tmp_path / "sepia.png")
    auto = run("sepia.png", "reference.jpg", "-o", "auto/", cwd=tmp_path)
    alone = run("reference.jpg", "-o", "alone.jpg", cwd=tmp_path)
    forced = run("reference.jpg", "--input", "gray", "-o", "forced.jpg", cwd=tmp_path)
    strict = run("sepia.png", "--input", "color", "-o", "strict.png", cwd=tmp_path)

    assert (auto.returncode, alone.returncode, forced.returncode, strict.returncode) == (0, 1, 0, 1)
    assert "sepia.png is tinted; its tint is replaced" in auto.stderr
    assert "reference.jpg has colors of its own and is left alone; use --input gray" in auto.stderr
    assert "1 left alone" in auto.stdout
    assert [path.name for path in (tmp_path / "auto").iterdir()] == ["sepia-color.png"]


def test_a_picture_goes_through_a_pipe_as_through_a_file(old):
    data = (old / "old.png").read_bytes()
    piped = run("-", "--quiet", cwd=old, input=data, text=False)
    run("old.png", "-o", "file.png", cwd=old)
    named = run("-", "-o", "named.jpg", cwd=old, input=data, text=False)
    refused = run("-", "old.png", cwd=old, input="", text=True)
    broken = run("-", cwd=old, input=b"no picture", text=False)

    assert piped.stdout == (old / "file.png").read_bytes()
    assert named.returncode == 0
    assert (old / "named.jpg").exists()
    assert refused.returncode == 2
    assert broken.returncode == 1
    assert broken.stdout == b""
    assert b"standard input" in broken.stderr


def test_a_page_is_whole_in_itself_and_names_what_failed(old):
    (old / "bad.png").write_bytes(b"nothing")
    done = run("old.png", "bad.png", "--variants", "2", "--report", "look.html", cwd=old)
    page = (old / "look.html").read_text("utf-8")
    pictures = [base64.b64decode(one) for one in re.findall(r'src="data:image/\w+;base64,([^"]+)"', page)]

    assert done.returncode == 1
    assert "bad.png is no picture" in page
    assert 'href="old-color-1.png"' in page
    assert len(pictures) == 5  # before, after, where it was guessed, and two variants to choose from
    assert all(cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR) is not None for one in pictures)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_a_page_never_replaces_what_is_no_page_of_ours(old):
    (old / "diary.html").write_text("<p>Dear diary</p>")
    refused = run("old.png", "--report", "diary.html", cwd=old)

    assert refused.returncode == 1
    assert "no page of graycolor's" in refused.stderr
    assert (old / "diary.html").read_text() == "<p>Dear diary</p>"


@pytest.mark.parametrize(
    ("environment", "sign"),
    [({"TERM": "xterm-kitty"}, b"\x1b_Ga=T,f=100"), ({"TERM": "xterm-256color"}, "▀".encode())],
)
def test_a_terminal_shows_before_and_after(old, environment, sign):
    leader, follower = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TERM", "KITTY", "NO_COLOR"))}
    (old / "new.png").write_bytes((old / "old.png").read_bytes())
    command = [*COMMAND, "old.png", "new.png", "--show"]
    process = subprocess.Popen(command, cwd=old, stdout=subprocess.PIPE, stderr=follower, env=clean | environment)
    os.close(follower)
    shown = b""
    while chunk := _read(leader):
        shown += chunk
    os.close(leader)

    assert b"old-color.png" in process.communicate()[0]
    assert shown.count(sign) >= 2
    assert b"coloring" in shown  # the bar is there all the same


def _read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how a terminal says that the other side is gone
        return b""
