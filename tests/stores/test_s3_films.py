"""Films from a bucket to a bucket of a server that speaks S3, with a run that is killed, on one machine and on Ray."""

import os
import signal
import subprocess
import sys
import tempfile

import pytest

from film_clips import Clip, make, make_shots
from moto_served import wait_for

pytest.importorskip("moto")
s3fs = pytest.importorskip("s3fs")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="processes are killed")]


@pytest.fixture
def bucket(server, tmp_path):
    """Two films in a bucket, one of many shots, and between them one that is none; the same ones in a folder."""
    system = s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False)
    system.mkdir("archive")
    (tmp_path / "reels").mkdir()
    make_shots(tmp_path / "reels/a.mov", [30] * 12)
    (tmp_path / "reels/broken.mov").write_bytes(b"no film")
    make(tmp_path / "reels/c.mov", Clip(frames=4, sounds=("eng",)))
    for path in (tmp_path / "reels").iterdir():
        system.pipe_file(f"archive/reels/{path.name}", path.read_bytes())
    (tmp_path / "temporary").mkdir()
    return system


def command(*arguments):
    # x264 gives frames of this size other bytes once in hundreds of times
    usual = ("--device", "cpu", "--size", "64", "--threads", "1", "--codec", "prores")
    return [sys.executable, "-m", "graycolor", "video", *arguments, *usual]


def environment(folder):
    # Ray's sockets take short names alone.
    return {**os.environ, "TMPDIR": str(folder / "temporary"), "RAY_TMPDIR": tempfile.gettempdir()}


def video(folder, *arguments):
    return subprocess.run(
        command(*arguments), cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=600
    )


def parts(folder):
    """What is finished of a film."""
    return [path for path in folder.glob("temporary/*/out/*.parts/*.json") if path.stem.isdecimal()]


def results(system):
    found = (name for name in system.find("archive/color") if "/.graycolor/" not in name)
    return {name.rpartition("/")[2]: system.cat_file(name) for name in found}


@pytest.mark.parametrize("engine", [(), ("--engine", "ray", "--workers", "2")], ids=["here", "ray"])
def test_a_killed_run_is_gone_on_with_and_a_film_that_is_none_costs_no_neighbor(bucket, tmp_path, engine):
    assert video(tmp_path, "reels/", "-o", "local").returncode == 1
    said = ("s3://archive/reels", "-o", "s3://archive/color", "--log", "run.jsonl", *engine)
    with (tmp_path / "said").open("wb") as told:
        first = subprocess.Popen(
            command(*said), cwd=tmp_path, env=environment(tmp_path), stdout=told, stderr=told, start_new_session=True
        )
    try:
        wait_for(lambda: len(parts(tmp_path)) >= 2 or first.poll() is not None)
        assert first.poll() is None, (tmp_path / "said").read_text()
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    assert results(bucket) == {}

    second = video(tmp_path, *said)
    third = video(tmp_path, *said)

    assert (second.returncode, third.returncode) == (1, 1)  # for the film that is none
    assert "a.mov: going on after frame" in second.stderr
    assert results(bucket) == {path.name: path.read_bytes() for path in (tmp_path / "local").iterdir()}
    assert "s3://archive/reels/broken.mov" in second.stdout.partition("Failed:")[2]
    assert "2 colored in" in second.stdout
    assert "2 skipped, done already" in third.stdout
    assert "very-secret" not in second.stdout + second.stderr + (tmp_path / "run.jsonl").read_text()
    assert list((tmp_path / "temporary").iterdir()) == []
