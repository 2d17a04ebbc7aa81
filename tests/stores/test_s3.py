"""From a bucket to a bucket of a real server that speaks S3, with runs that are killed, on one machine and on Ray."""

import os
import signal
import subprocess
import sys
import tempfile
import time

import pytest

from moto_served import wait_for

pytest.importorskip("moto")
s3fs = pytest.importorskip("s3fs")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="processes are killed")]
NAMES = [f"p{number:02}.{('jpg', 'png', 'tif', 'webp')[number % 4]}" for number in range(20)]
FORMATS = {"jpg": "JPEG", "png": "PNG", "tif": "TIFF", "webp": "WEBP"}


@pytest.fixture
def bucket(server, tmp_path, picture):
    """Twenty pictures in a bucket, the same ones in a folder, and the results of the folder's."""
    system = s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False)
    system.mkdir("archive")
    (tmp_path / "scans").mkdir()
    for number, name in enumerate(NAMES):
        data = picture(number, FORMATS[name.partition(".")[2]], (240, 320))
        system.pipe_file(f"archive/scans/{name}", data)
        (tmp_path / "scans" / name).write_bytes(data)
    (tmp_path / "temporary").mkdir()
    assert colorize(tmp_path, "scans/", "-o", "local").returncode == 0
    return system


def wait_until_still(system, seconds=5):
    """Wait until no result has come for some seconds."""
    seen, since = len(results(system)), time.monotonic()
    while time.monotonic() - since < seconds:
        if (now := len(results(system))) != seen:
            seen, since = now, time.monotonic()
        time.sleep(0.2)


def command(*arguments):
    return [sys.executable, "-m", "graycolor", "colorize", "--device", "cpu", *arguments]


def environment(folder):
    # Ray's sockets take short names alone.
    return {**os.environ, "TMPDIR": str(folder / "temporary"), "RAY_TMPDIR": tempfile.gettempdir()}


def colorize(folder, *arguments):
    return subprocess.run(
        command(*arguments), cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=300
    )


def results(system, folder="archive/color"):
    found = (name for name in system.find(folder) if "/.graycolor/" not in name)
    return {name.rpartition("/")[2]: system.cat_file(name) for name in found}


def local(folder):
    return {path.name: path.read_bytes() for path in (folder / "local").iterdir()}


@pytest.mark.parametrize("engine", [(), ("--engine", "ray", "--workers", "2")], ids=["here", "ray"])
def test_a_killed_run_is_gone_on_with_and_the_bytes_are_those_of_files(bucket, tmp_path, engine):
    said = ("s3://archive/scans", "-o", "s3://archive/color", "--log", "run.jsonl", *engine)
    with (tmp_path / "said").open("wb") as told:
        first = subprocess.Popen(
            command(*said), cwd=tmp_path, env=environment(tmp_path), stdout=told, stderr=told, start_new_session=True
        )
    try:
        wait_for(lambda: len(results(bucket)) >= 3 or first.poll() is not None)
        assert first.poll() is None, (tmp_path / "said").read_text()
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    wait_until_still(bucket)  # processes of a cluster notice a little later that nobody waits for them
    before = {name: bucket.info(f"archive/color/{name}")["LastModified"] for name in results(bucket)}
    assert before.keys() <= local(tmp_path).keys()

    second = colorize(tmp_path, *said)

    assert second.returncode == 0, second.stderr
    assert results(bucket) == local(tmp_path)
    assert f"{20 - len(before)} colored" in second.stdout
    assert f"{len(before)} skipped, done already" in second.stdout
    assert all(bucket.info(f"archive/color/{name}")["LastModified"] == time for name, time in before.items())
    assert "very-secret" not in second.stdout + second.stderr + (tmp_path / "run.jsonl").read_text()
    assert not [each for each in (tmp_path / "temporary").iterdir() if each.name.startswith("graycolor-stores")]


def test_what_appears_meanwhile_stays_and_parts_are_joined_last(bucket, tmp_path):
    from graycolor.errors import OutputError
    from graycolor.stores import store
    from graycolor.stores.address import Address

    large, place = tmp_path / "large.tif", Address("s3://archive/large.tif")
    large.write_bytes(os.urandom(1000) * 110_000)  # more than is put at once

    store.put(large, place, overwrite=False)
    assert bucket.info("archive/large.tif")["ETag"].strip('"').endswith("-3")
    large.write_bytes(b"another")
    with pytest.raises(OutputError, match="already there"):
        store.put(large, place, overwrite=False)
    assert bucket.info("archive/large.tif")["size"] == 110_000_000


def test_what_a_store_refuses_is_a_sentence(bucket, tmp_path, monkeypatch):
    nowhere = colorize(tmp_path, "s3://archive/scans/p00.jpg", "-o", "s3://no-such-bucket/color")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    nobody = colorize(tmp_path, "s3://archive/scans", "-o", "out")

    assert "There is no bucket for s3://no-such-bucket/color/" in nowhere.stderr
    assert "s3://archive/scans cannot be read, as no credentials were found" in nobody.stderr
    assert "Traceback" not in nowhere.stderr + nobody.stderr
