"""Films on a real Ray cluster of this machine, started for the test, with processes, a node and a run that die."""

import json
import signal
import subprocess
import sys
import time

import pytest

from film_clips import make_shots

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="Ray's clusters are for Linux")]

SHOTS = [7, 40, 5, 90, 12, 30]
SETTINGS = ["--size", "64", "--codec", "prores"]  # x264 gives frames of this size other bytes once in hundreds of times


@pytest.fixture
def reels(tmp_path):
    """Two films of several shots, and one that is none."""
    (tmp_path / "in").mkdir()
    make_shots(tmp_path / "in/a.mov", SHOTS)
    make_shots(tmp_path / "in/b.mov", [30, 30], seed=1)
    (tmp_path / "in/broken.mov").write_bytes(b"nothing")
    return tmp_path


def command(*arguments):
    return [sys.executable, "-m", "graycolor", "video", "in", "--json", *SETTINGS, *arguments]


def video(folder, *arguments):
    done = subprocess.run(command(*arguments), cwd=folder, capture_output=True, text=True, timeout=300)
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    for entry in entries:
        entry.pop("seconds", None)
    return done, entries


def sentences(stderr):
    return [line for line in stderr.splitlines() if ": frame " not in line]


def bytes_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def run_python(folder, code):
    (folder / "run.py").write_text(code)
    return subprocess.run([sys.executable, "run.py"], cwd=folder, capture_output=True, text=True, timeout=300)


def test_results_lists_and_exit_code_are_those_of_one_machine(reels):
    here, told_here = video(reels, "-o", "here/")
    there, told_there = video(reels, "-o", "there/", "--engine", "ray", "--workers", "2")

    assert here.returncode == there.returncode == 1
    assert len(bytes_in(reels / "here")) == 2
    assert bytes_in(reels / "there") == bytes_in(reels / "here")
    assert json.loads(json.dumps(told_there).replace("there/", "here/")) == told_here
    assert sentences(there.stderr.replace("there/", "here/")) == sentences(here.stderr)


def test_a_run_that_was_killed_is_gone_on_with_and_so_is_one_of_one_machine(reels):
    video(reels, "-o", "here/")
    for folder, first, second in (("there", ["--engine", "ray"], []), ("where", [], ["--engine", "ray"])):
        process = subprocess.Popen(command("-o", f"{folder}/", *first), cwd=reels, stdout=subprocess.DEVNULL)
        while not list(reels.glob(f"{folder}/*.parts/000000.json")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(1.0)
        done, _ = video(reels, "-o", f"{folder}/", *second)

        assert "going on after frame" in done.stderr
        assert bytes_in(reels / folder) == bytes_in(reels / "here")


BEGIN = """
import os
import signal
from pathlib import Path
from graycolor.cluster import films
from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.files import Job
from graycolor.film.output.encode import EncodeSettings
from graycolor.jobs.film_plan import FilmOptions, plan_film
from graycolor.jobs.films import color_film

options = FilmOptions(ColorizeSettings(size=64), encode=EncodeSettings("prores"))
def plans(folder):
    Path(folder).mkdir()
    return [plan_film(Job(Path("in") / name, Path(folder) / name), options) for name in ("a.mov", "b.mov")]
for plan in plans("here"):
    color_film(plan, Colorizer(device="cpu", threads=1), options)
"""

LOST = (
    BEGIN
    + """
from ray.cluster_utils import Cluster

cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
nodes = [cluster.add_node(num_cpus=1)]
cluster.wait_for_nodes()
told = []
def lose(progress):
    told.append(progress.done)
    if nodes and progress.done >= 40:
        cluster.remove_node(nodes.pop(), allow_graceful=False)
address = cluster.address
outcomes = list(films.color_films(plans("there"), options, device="cpu", address=address, workers=2, progress=lose))
assert [outcome.frames for outcome in outcomes] == [184, 60], outcomes
assert not nodes
assert told[-1] == 244, told
"""
)


def test_a_node_that_is_lost_half_way_loses_nothing(reels):
    done = run_python(reels, LOST)

    assert done.returncode == 0, done.stderr[-3000:]
    assert bytes_in(reels / "there") == bytes_in(reels / "here")


DEADLY = (
    BEGIN
    + """
def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Mortal(films.Projectionist):
    def color(self, plan, segments, begin):
        for said in super().color(plan, segments, begin):
            yield said
            if plan.film.path.name == "b.mov":
                die()
            if not Path("died").exists():
                Path("died").touch()
                die()
    def join(self, plan):
        yield from super().join(plan)
        if not Path("died again").exists():
            Path("died again").touch()
            die()

first, second = films.color_films(plans("there"), options, device="cpu", workers=2, worker=Mortal)
assert first.frames == 184, first
assert "b.mov: the process at it died 3 times" in str(second), second
assert Path("died").exists() and Path("died again").exists()
"""
)


def test_a_film_that_kills_its_processes_costs_no_other_and_one_death_costs_nothing(reels):
    done = run_python(reels, DEADLY)

    assert done.returncode == 0, done.stderr[-3000:]
    assert (reels / "there/a.mov").read_bytes() == (reels / "here/a.mov").read_bytes()
    assert not (reels / "there/b.mov").exists()


def test_where_no_cluster_is_one_sentence_says_so_for_all_films(reels):
    done, entries = video(reels, "-o", "out/", "--engine", "ray", "--address", "127.0.0.1:1")

    assert done.returncode == 1
    assert done.stderr.count("No Ray cluster answers at 127.0.0.1:1") == 1
    assert "nobody foresaw" not in done.stderr
    assert [entry["input"] for entry in entries] == ["in/broken.mov"]
