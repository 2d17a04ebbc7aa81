"""The short forms of the benchmarks: each runs, at its smallest, and has the figures that the documents quote."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))
from film_steadiness import moving  # noqa: E402
from quoted import QUOTED  # noqa: E402
from short import BENCHMARKS  # noqa: E402
from stand_ins import pictures_in, stand_ins  # noqa: E402

WITHOUT = {"peers": "--peers names a clone of github.com/dan64/vs-deoldify"}


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """The shorter one of the clips that are looked at, drawn: a camera wanders over a photograph."""
    pytest.importorskip("skimage")
    folder = tmp_path_factory.mktemp("clips")
    moving(pictures_in(stand_ins(folder / "stills"))[0], folder, 30).rename(folder / "person-room.mp4")
    return folder


def table(tmp_path, *words, exit_code=0):
    """What `all.py` says, by benchmark."""
    asked = ["--rounds", "1", "--count", "3", "--json", str(tmp_path / "table.json"), *words]
    done = subprocess.run([sys.executable, ROOT / "benchmarks/all.py", *asked], capture_output=True, text=True)
    assert done.returncode == exit_code, done.stdout
    return json.loads((tmp_path / "table.json").read_text("utf-8")), done.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="benchmarks ask the kernel for times and memory")
@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_short_form_has_the_figures_that_the_documents_quote(name, tmp_path, clips):
    found, _ = table(tmp_path, name, "--clips", str(clips))

    if name in WITHOUT:
        assert found[name] == f"left out: {WITHOUT[name]}"
        return
    figures = {figure: value for figure, value, *_ in found[name]}
    assert figures
    assert all(map(math.isfinite, figures.values())), figures
    missing = {figure for figure in QUOTED.get(name, ()) if not figure.startswith("talk show")} - figures.keys()
    assert missing <= {"training in bf16 beside fp32"}  # where the processor multiplies in it


def test_what_has_nothing_to_look_at_is_left_out_with_a_word(tmp_path):
    found, said = table(tmp_path, "film_things", "film_points", "peers")

    assert all(word.startswith("left out: --") for word in found.values()), found
    assert said.count("left out") == 3


@pytest.mark.skipif(sys.platform != "linux", reason="benchmarks ask the kernel for times and memory")
def test_what_takes_too_long_is_ended_and_the_next_is_run(tmp_path):
    found, said = table(tmp_path, "web_memory", "peers", "--limit", "0.2", exit_code=1)

    assert all(word.startswith("failed: not done after") for word in found.values()), found
    assert said.count("failed") == 2


def test_every_benchmark_has_a_short_form_or_a_reason_for_none():
    page = (ROOT / "benchmarks/README.md").read_text("utf-8").partition("## Without a short form")[2]
    programs = {path.stem for path in ROOT.glob("benchmarks/*.py") if "def main" in path.read_text("utf-8")}

    for name in programs - BENCHMARKS.keys() - {"all"}:
        assert f"`{name}`" in page, name
    assert QUOTED.keys() <= BENCHMARKS.keys()
