"""Photographs on a real Ray cluster of this machine, started for the test, with processes and a node that die."""

import json
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="Ray's clusters are for Linux")]


@pytest.fixture
def album(tmp_path, draw):
    """Forty pictures in many formats, of which some are alike, one is broken and one has colors."""
    (tmp_path / "in").mkdir()
    for number in range(36):
        suffix = ("jpg", "png", "webp", "tif", "bmp", "gif")[number % 6]
        Image.fromarray(draw(40 + number, 60, seed=number)).save(tmp_path / f"in/p{number:02}.{suffix}")
    Image.fromarray(draw(64, 64)).convert("I;16").save(tmp_path / "in/deep.png")
    Image.new("RGB", (30, 30), (200, 40, 40)).save(tmp_path / "in/red.png")
    (tmp_path / "in/broken.jpg").write_bytes(b"\xff\xd8 nothing")
    (tmp_path / "in/empty.png").write_bytes(b"")
    return tmp_path


def colorize(folder, *arguments):
    command = [sys.executable, "-m", "graycolor", "colorize", "in", "--json", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    for entry in entries:
        entry.pop("seconds", None), entry.pop("stages", None)
    return done, entries


def sentences(stderr):
    return [line for line in stderr.splitlines() if not line.startswith("coloring:")]


def bytes_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_results_lists_and_exit_code_are_those_of_one_machine(album):
    here, told_here = colorize(album, "-o", "here")
    there, told_there = colorize(album, "-o", "there", "--engine", "ray", "--workers", "2")

    assert here.returncode == there.returncode == 1
    assert len(bytes_in(album / "here")) == 38
    assert bytes_in(album / "there") == bytes_in(album / "here")
    assert json.loads(json.dumps(told_there).replace("there/", "here/")) == told_here
    assert sentences(there.stderr.replace("there/", "here/")) == sentences(here.stderr)


def test_a_run_that_was_killed_is_gone_on_with(album):
    here, _ = colorize(album, "-o", "here")
    command = [sys.executable, "-m", "graycolor", "colorize", "in", "-q", "-o", "there", "--engine", "ray"]
    process = subprocess.Popen(command, cwd=album, stderr=subprocess.DEVNULL)
    while not len(list(album.glob("there/p*"))) > 4 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(1.0)
    found = len(bytes_in(album / "there"))
    there, told = colorize(album, "-o", "there", "--engine", "ray", "--skip-existing")

    assert here.returncode == there.returncode == 1
    assert len(told) < 40
    assert found < 38
    assert bytes_in(album / "there") == bytes_in(album / "here")


LOST = """
import sys
from pathlib import Path
from ray.cluster_utils import Cluster
from graycolor.cluster.photos import color_photos
from graycolor.colorizer import Colorizer
from graycolor.files import Job
from graycolor.jobs import photos
from graycolor.jobs.photo_options import PhotoOptions

cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
lost = cluster.add_node(num_cpus=1)
cluster.wait_for_nodes()
sources = sorted(Path("in").glob("p*"))
jobs = [Job(path, Path("out") / path.name) for path in sources]
Path("out").mkdir()
outcomes = color_photos(jobs, PhotoOptions(), device="cpu", address=cluster.address, workers=2)
told = [next(outcomes) for _ in range(6)]
cluster.remove_node(lost, allow_graceful=False)
told += outcomes
assert [each.job for each in told] == jobs, told
assert all(each.error is None for each in told), told
Path("here").mkdir()
jobs = [job._replace(target=Path("here") / job.source.name) for job in jobs]
assert len(list(photos.color_photos(jobs, lambda: Colorizer(device="cpu", threads=1), PhotoOptions()))) == len(jobs)
"""


def test_a_node_that_is_lost_half_way_loses_nothing(album):
    done = subprocess.run([sys.executable, "-c", LOST], cwd=album, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr[-3000:]
    assert bytes_in(album / "out") == bytes_in(album / "here")


DEADLY = """
import os
import signal
from pathlib import Path
from graycolor.cluster import photos
from graycolor.files import Job
from graycolor.jobs.photo_options import PhotoOptions

class Mortal(photos.Photographer):
    def color(self, job):
        if job.source.stem == "p03":
            os.kill(os.getpid(), signal.SIGKILL)
        outcome = super().color(job)
        if job.source.stem == "p07" and not Path("died").exists():
            Path("died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

Path("out").mkdir()
jobs = [Job(path, Path("out") / path.name) for path in sorted(Path("in").glob("p*"))[:12]]
told = list(photos.color_photos(jobs, PhotoOptions(), device="cpu", workers=2, photographer=Mortal))
assert [each.job for each in told] == jobs
failed = [each for each in told if each.error is not None]
assert [each.job.source.stem for each in failed] == ["p03"], failed
assert "died 3 times" in str(failed[0].error)
assert len(list(Path("out").iterdir())) == 11
assert Path("died").exists()
"""


def test_a_picture_that_kills_its_process_costs_no_neighbor(album):
    (album / "deadly.py").write_text(DEADLY)
    done = subprocess.run([sys.executable, "deadly.py"], cwd=album, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr[-3000:]


def test_where_no_cluster_is_a_sentence_says_so(album):
    done, _ = colorize(album, "-o", "out", "--engine", "ray", "--address", "127.0.0.1:1")

    assert done.returncode == 1
    assert "No Ray cluster answers at 127.0.0.1:1" in done.stderr
    assert "Traceback" not in done.stderr
