"""Nothing phones home: no connection is tried, and nothing but our own cache appears in the user's home."""

import os
import subprocess
import sys

import cv2
import pytest

from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.header import Header

# The audit hook sees Python's own sockets and look-ups of names. ONNX Runtime's are native: it does neither without the
# identity that it leaves under the cache folder, so that folder is looked at too.
WATCHED = """
import sys

def watch(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        print("asked the network:", event, arguments, file=sys.stderr)

sys.addaudithook(watch)
sys.argv = ["graycolor", *sys.argv[1:]]
"""
COMMAND = "from graycolor.__main__ import main; main()"
API = "import graycolor, sys; graycolor.colorize(sys.argv[1], device='cpu')"
LATER_RUNTIME = "import graycolor, onnxruntime, sys; graycolor.colorize(sys.argv[1], device='cpu')"
WORKERS = """
import multiprocessing, numpy
import graycolor

def color(number):
    return graycolor.colorize(numpy.full((40, 60), number, numpy.uint8), device="cpu").shape

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(color, [10, 200]) == [(40, 60, 3)] * 2
"""


@pytest.fixture
def photo(tmp_path, draw):
    path = tmp_path / "old.jpg"
    cv2.imwrite(str(path), draw(60, 80))
    return path


def quietly_run(tmp_path, program, *arguments):
    """Run a program in an empty home, and return what it wrote there and said of the network."""
    home = tmp_path / "home"
    home.mkdir()
    script = tmp_path / "program.py"
    script.write_text(WATCHED + program)
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    command = [sys.executable, script, *map(str, arguments)]
    done = subprocess.run(command, env=kept | {"HOME": str(home)}, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    files = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
    return files, [line for line in done.stderr.splitlines() if line.startswith("asked the network")]


@pytest.mark.parametrize("program", [API, LATER_RUNTIME, WORKERS], ids=["api", "runtime", "workers"])
def test_the_python_api_asks_nobody_and_leaves_nothing_in_the_home(tmp_path, photo, program):
    assert quietly_run(tmp_path, program, photo) == ([], [])


def test_a_batch_asks_nobody_and_leaves_nothing_in_the_home(tmp_path, photo):
    copies = [tmp_path / f"{number}.jpg" for number in range(6)]
    for copy in copies:
        copy.write_bytes(photo.read_bytes())

    assert quietly_run(tmp_path, COMMAND, "colorize", *copies, "--report", tmp_path / "page.html") == ([], [])


def test_weights_of_ones_own_are_kept_in_our_cache_and_nothing_else_is(tmp_path, photo):
    config = NetworkConfig.tiny()
    header = Header(config, Bins.uniform(config.bin_step))
    own_weights = tmp_path / "own.safetensors"
    weights.save(own_weights, weights.build(header), header)
    files, asked = quietly_run(tmp_path, COMMAND, "colorize", photo, "--weights", own_weights)

    assert asked == []
    assert [file.parent.name for file in files] == ["graycolor"]
    assert files[0].suffix == ".onnx"
