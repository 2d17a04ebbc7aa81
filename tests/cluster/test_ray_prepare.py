"""Photographs judged on a real Ray cluster: the dataset is the one of this machine, and what is deadly is named."""

import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="Ray's clusters are for Linux")]
PREPARE = [sys.executable, "-m", "graycolor", "prepare", "photos", "--min-side", "32", "--val", "0.2", "--test", "0.2"]


@pytest.fixture
def photos(tmp_path, draw):
    """Forty-one photographs in color, of which one is broken and two are the same."""
    (tmp_path / "photos").mkdir()
    for number in range(40):
        planes = [Image.fromarray(draw(90, 120, seed=10 * min(number, 38) + plane)) for plane in range(3)]
        Image.merge("RGB", planes).save(tmp_path / f"photos/p{number:02}.jpg", quality=90)
    (tmp_path / "photos/broken.jpg").write_bytes(b"\xff\xd8 nothing")
    return tmp_path


def bytes_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def prepare(folder, *arguments):
    return subprocess.run([*PREPARE, *arguments], cwd=folder, capture_output=True, text=True, timeout=300)


def test_the_dataset_is_that_of_one_machine_also_after_a_kill(photos):
    assert prepare(photos, "-o", "here", "--threads", "1").returncode == 0
    killed = subprocess.Popen([*PREPARE, "-o", "there", "--engine", "ray", "--workers", "1", "-q"], cwd=photos)
    lines = photos / "there/.prepare/verdicts.jsonl"
    for _ in range(1800):
        if killed.poll() is not None or (lines.exists() and lines.read_bytes().count(b"\n") > 8):
            break
        time.sleep(0.1)
    killed.send_signal(signal.SIGKILL)
    killed.wait()

    done = prepare(photos, "-o", "there", "--engine", "ray", "--workers", "2")

    assert done.returncode == 0, done.stderr
    assert "Continuing: " in done.stderr
    assert len(bytes_in(photos / "here")) == 4
    assert bytes_in(photos / "there") == bytes_in(photos / "here")


DEADLY = """
import os
import signal
from functools import partial
from pathlib import Path
from graycolor.cluster import screening
from graycolor.data.preparation import Preparation, PrepareSettings
from graycolor.errors import DatasetError

class Mortal(screening.Screener):
    def judge(self, origins, settings):
        if any(origin.name.endswith("p03.jpg") for origin in origins):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().judge(origins, settings)

preparation = Preparation(["photos"], Path("set"), PrepareSettings())
screen = partial(screening.screen_on_ray, workers=2, screener=Mortal)
judged = []
try:
    judged.extend(verdict.key for verdict in preparation.judge(screen=screen))
except DatasetError as error:
    assert "Processes die at photos/p03.jpg" in str(error), error
else:
    raise AssertionError("Nobody died.")
assert len(preparation.journal.entries) == 40, len(preparation.journal.entries)
"""


def test_a_photograph_that_kills_its_process_is_named_and_costs_no_neighbor(photos):
    (photos / "deadly.py").write_text(DEADLY)
    done = subprocess.run([sys.executable, "deadly.py"], cwd=photos, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr[-3000:]
