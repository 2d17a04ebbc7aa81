"""Files whose names no terminal and no UTF-8 should meet: every command does its work, and shows them harmlessly."""

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from film_clips import Clip, make

NAMES = [
    b"\xff\xfe.jpg",
    b"a\nb\t.jpg",
    b"\x1b[31mred\x1b]0;own\x07.jpg",
    b"c1\xc2\x9b31m.jpg",
    "\u202egpj.jpg".encode(),
    b"[red]x[blue].jpg",
    b":dog:.jpg",
    b"<script>alert(1)<.jpg",
    b"$x^{_.jpg",
    b"%s{0}{task}.jpg",
    b"#a?b&'\".jpg",
]
FOLDER = b"f\xff\n\x1b[1m["
HARMFUL = [*range(10), *range(11, 32), 0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0xD800, 0xE000)]
RNG = np.random.default_rng(3)

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file systems that refuse such names")


def run(*arguments, cwd, **options):
    command = [sys.executable, "-m", "graycolor", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, timeout=300, **options)
    for stream in (done.stdout, done.stderr):
        text = stream.decode("utf-8")
        assert not {chr(code) for code in HARMFUL} & set(text), text
        assert "nobody foresaw" not in text
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def photo(seed, colored=False):
    shape = (160, 200, 3) if colored else (40, 56)
    pixels = cv2.GaussianBlur(np.random.default_rng(seed).integers(0, 256, shape, np.uint8), (0, 0), 7)
    buffer = io.BytesIO()
    Image.fromarray(np.clip((pixels - 128.0) * 6 + 128, 0, 255).astype(np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def album(tmp_path):
    """Photographs of all names in a folder that ends in `[`: one is named `x]`, and `[/x]` is markup; one is bad."""
    folder = tmp_path / os.fsdecode(FOLDER)
    folder.mkdir()
    for number, name in enumerate([*NAMES, b"x].jpg"]):
        (folder / os.fsdecode(name)).write_bytes(photo(number))
    (folder / "bad\udcff\x1b[0m.jpg").write_bytes(photo(1)[:200])
    return tmp_path


def test_a_batch_colors_them_all_and_every_record_is_whole(album):
    flags = ["-o", "out\n", "--report", "p\x1b.html", "--log", "l\udcff.jsonl", "--save-settings", "--confidence"]
    code, table, errors = run("colorize", os.fsdecode(FOLDER), *flags, cwd=album)
    out = {os.fsencode(path.name) for path in (album / "out\n").iterdir()}

    assert code == 1
    assert r"bad\xff\x1b[0m.jpg is damaged" in errors
    assert r"\xff\xfe-color.jpg" in table
    assert "[red]x[blue]-color.jpg" in table
    assert ":dog:-color.jpg" in table
    assert {name.replace(b".jpg", b"-color.jpg") for name in NAMES} <= out

    page = (album / "p\x1b.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "%FF%FE-color.jpg" in page
    for line in (album / "l\udcff.jsonl").read_bytes().decode("utf-8").splitlines():
        assert json.loads(line)["input"]
    for sidecar in (album / "out\n").glob("*.graycolor.json"):
        assert json.loads(sidecar.read_bytes().decode("utf-8"))["input"]


def test_json_names_every_file_so_that_it_can_be_found(album):
    _, lines, _ = run("colorize", os.fsdecode(FOLDER), "--dry-run", "--json", cwd=album)
    entries = [json.loads(line) for line in lines.splitlines()]
    named = {os.fsencode(Path(path_of(entry["input"])).name) for entry in entries}

    assert lines.isascii()
    assert set(NAMES) <= named


def path_of(said):
    from graycolor.names import path_told

    return path_told(said)


def test_a_dry_run_has_a_line_a_file_and_a_sentence_for_the_bad_one(album):
    code, lines, errors = run("colorize", os.fsdecode(FOLDER), "--dry-run", cwd=album)

    assert code == 1
    assert r"bad\xff\x1b[0m.jpg is damaged" in errors
    assert len(lines.splitlines()) == len(NAMES) + 1
    assert all(line.count(" -> ") == 1 for line in lines.splitlines())


def test_settings_remember_a_reference_with_a_foreign_name(album):
    lead, source = os.fsdecode(FOLDER + b"/\xff\xfe.jpg"), os.fsdecode(FOLDER + b"/:dog:.jpg")
    (album / "lead\udcff.jpg").write_bytes(photo(5, colored=True))
    run("colorize", lead, "-o", "first.jpg", "--reference", "lead\udcff.jpg", "--save-settings", cwd=album)
    code, _, errors = run("colorize", source, "-o", "second.jpg", "--settings", "first.jpg.graycolor.json", cwd=album)

    assert code == 0, errors
    told = json.loads((album / "first.jpg.graycolor.json").read_text("utf-8"))
    assert told["settings"]["reference"]["file"].endswith("/lead%FF.jpg")


@pytest.mark.parametrize(
    "arguments",
    [
        ["\udcff\x1b[31m[x]"],
        ["colorize", "x.jpg", "--\udcff\x1b[31m"],
        ["colorize", "x", "--size", "\udcff\x1b"],
        ["colorize", "\udcff\x1b[31m"],
        ["prepare", "\udcff\x1b[31m"],
    ],
)
def test_what_is_refused_is_repeated_harmlessly(tmp_path, arguments):
    code, said, errors = run(*arguments, cwd=tmp_path)

    assert code in (1, 2)
    assert not said
    assert errors


@pytest.mark.slow
def test_films(tmp_path):
    film = make(tmp_path / "a.mp4", Clip(frames=4, sounds=("\x1b[31m[/title]",))).read_bytes()
    (tmp_path / "films\n").mkdir()
    for name in ("\udcff\x1b[31m:dog:[x].mp4", "a\nb.mp4"):
        (tmp_path / "films\n" / name).write_bytes(film)
    (tmp_path / "films\n" / "bad\udcff[x].mp4").write_bytes(film[:99])
    code, estimates, errors = run("video", "films\n", "--dry-run", cwd=tmp_path)
    assert code == 1
    assert r"bad\xff[x].mp4 is no film" in errors
    assert estimates.count(" -> films") == 2

    code, lines, errors = run("video", "films\n", "--json", cwd=tmp_path)
    entries = [json.loads(line) for line in lines.splitlines()]
    assert code == 1, errors
    assert sum(entry["error"] is None and path_of(entry["output"]).is_absolute() for entry in entries) == 1
    assert (tmp_path / "films\n" / "\udcff\x1b[31m:dog:[x]-color.mp4").is_file()


@pytest.mark.slow
def test_datasets_and_judgements(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for number, name in enumerate(NAMES):
            data = photo(number, colored=True)
            member = tarfile.TarInfo(os.fsdecode(name))
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    (tmp_path / "more\udcff\n").mkdir()
    for number in range(8):
        (tmp_path / "more\udcff\n" / f"\udcff\x1b{number}.jpg").write_bytes(photo(30 + number, colored=True))

    dataset = "ds\udcff\x1b[1m[x]"
    code, table, errors = run("prepare", "a.tar", "more\udcff\n", "-o", dataset, "--min-side", "32", cwd=tmp_path)
    assert code == 0, errors
    assert r"ds\xff\x1b[1m[x]" in table
    json.loads((tmp_path / dataset / "manifest.json").read_bytes().decode("utf-8"))

    against = "$x^{[y]"
    (tmp_path / against).symlink_to("more\udcff\n")
    flags = ["--against", against, "--report", "judged\n\udcff", "--limit", "3"]
    code, table, errors = run("eval", "more\udcff\n", *flags, cwd=tmp_path)
    assert code == 0, errors
    assert against in table
    (tmp_path / "judged\n\udcff" / "index.html").read_text("utf-8")
