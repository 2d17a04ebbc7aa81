import io
import json
import re
import shutil
import tarfile

import numpy as np
import pytest
from PIL import Image
from rich.console import Console
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.cli.evaluate import tables
from graycolor.data.store import build_store
from graycolor.evaluation.evaluate import MEANS, Figure, Row
from graycolor.network.weights import default_path
from graycolor.training.config import TrainConfig
from graycolor.training.loop import train
from graycolor.training.record import RunFolder


def judge(*arguments):
    return CliRunner().invoke(app, ["eval", "--threads", "1", *map(str, arguments)])


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A folder without runs: the newest run of the place is judged, too."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, drawn_photos):
    folder = tmp_path_factory.mktemp("eval") / "photographs"
    folder.mkdir()
    for name, data in drawn_photos(4):
        (folder / name).write_bytes(data)
    return folder


def rows_of(done):
    assert done.exit_code == 0, done.output
    return {row["name"]: row for row in json.loads(done.stdout)["rows"]}


def test_baselines_and_truth_are_always_there(folder):
    rows = rows_of(judge(folder, "--json"))

    assert list(rows) == ["gray", "mean color", "graycolor", "truth"]
    assert rows["truth"]["figures"]["delta_e2000"]["value"] == 0
    assert rows["gray"]["figures"]["ab_cosine"]["value"] == 0
    assert rows["graycolor"]["pictures"] == 4


@pytest.mark.slow
def test_a_tar_is_judged_like_the_folder_it_was_made_of(tmp_path, folder):
    with tarfile.open(tmp_path / "photographs.tar", "w") as tar:
        for file in sorted(folder.iterdir()):
            tar.add(file, file.name)
    both = [rows_of(judge(source, "--json")) for source in (folder, tmp_path / "photographs.tar")]

    assert both[0] == both[1]


def test_photographs_can_be_left_out_and_limited(folder):
    assert rows_of(judge(folder, "--json", "--limit", "3"))["gray"]["pictures"] == 3
    assert rows_of(judge(folder, "--json", "--leave-out", "0", "--leave-out", "1"))["gray"]["pictures"] == 2


def test_another_tool_stands_beside_ours(tmp_path, folder):
    tool = tmp_path / "othertool"
    tool.mkdir()
    for file in sorted(folder.iterdir())[:3]:
        (tool / file.name).write_bytes(file.read_bytes())
    done = judge(folder, "--against", tool, "--json")
    rows = rows_of(done)

    assert rows["othertool"]["figures"]["delta_e2000"]["value"] == 0
    assert rows["othertool"]["missing"] == ["3.png"]
    assert "3.png" in done.stderr


@pytest.mark.slow
def test_the_newest_run_is_judged_beside_the_embedded_weights(tmp_path, folder, drawn_photos):
    store = build_store(tmp_path / "store", drawn_photos(4), max_side=500)
    config = TrainConfig.of("cnn", scale="tiny", epochs=1, batch=4, area=4096, zoom=(64, 96), validation_photos=2)
    train(config, RunFolder.new(tmp_path / "runs", config), store, store)
    done = judge(folder, "--json", "--limit", "2", "--report", "page")
    page = (tmp_path / "page" / "index.html").read_text()

    assert list(rows_of(done)) == ["gray", "mean color", "runs/latest", "graycolor", "truth"]
    assert "runs/latest/best.safetensors is judged" in done.stderr
    assert "Training and validation loss" in page
    assert list(rows_of(judge(folder, "--json", "--limit", "2", "--weights", "runs/latest/best.safetensors"))) == [
        "gray",
        "mean color",
        "runs/latest/best.safetensors",
        "truth",
    ]


def test_the_embedded_weights_can_be_judged_alone_where_there_is_a_run(tmp_path, folder, monkeypatch):
    (tmp_path / "runs" / "latest").mkdir(parents=True)
    (tmp_path / "runs" / "latest" / "best.safetensors").touch()
    monkeypatch.chdir(tmp_path)

    assert list(rows_of(judge(folder, "--json", "--limit", "1", "--weights", "default")))[2:] == ["graycolor", "truth"]


def test_weights_named_several_times_are_judged_side_by_side(tmp_path, folder, monkeypatch):
    copy = tmp_path / "copy.safetensors"
    shutil.copy(default_path(), copy)
    rows = rows_of(judge(folder, "--json", "--limit", "2", "--weights", copy, "--weights", "default"))
    monkeypatch.setenv("GRAYCOLOR_WEIGHTS", str(copy))
    of_environment = rows_of(judge(folder, "--json", "--limit", "2"))

    assert list(rows)[2:] == [str(copy), "graycolor", "truth"]
    assert rows[str(copy)]["figures"]["delta_e2000"] == pytest.approx(
        rows["graycolor"]["figures"]["delta_e2000"], abs=0.1
    )
    assert list(of_environment)[2:] == [str(copy), "truth"]


def test_a_run_whose_start_was_judged_has_its_curves(tmp_path, folder):
    run = tmp_path / "run"
    run.mkdir()
    shutil.copy(default_path(), run / "best.safetensors")
    lines = [{"epoch": 0, "loss": None, "validation_loss": 0.4}, {"epoch": 1, "loss": 0.3, "validation_loss": 0.2}]
    (run / "history.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done = judge(folder, "--limit", "2", "--weights", run / "best.safetensors", "--report", "page", "--quiet")

    assert done.exit_code == 0, done.output
    assert "history.jsonl" not in done.stderr
    assert "Training and validation loss" in (tmp_path / "page" / "index.html").read_text("utf-8")


def test_a_tool_that_colored_none_of_the_photographs_is_one_sentence(tmp_path, folder):
    (tmp_path / "holidays").mkdir()
    (tmp_path / "holidays" / "beach.png").write_bytes((folder / "0.png").read_bytes())
    done = judge(folder, "--against", tmp_path / "holidays")

    assert done.exit_code == 1
    assert "holidays has pictures of none of the photographs" in done.stderr
    assert not done.stdout


def test_tools_of_one_name_stand_side_by_side(tmp_path, folder):
    tools = [tmp_path / kind / "truth" for kind in ("a", "b")]
    for tool in tools:
        tool.mkdir(parents=True)
        for file in folder.iterdir():
            (tool / file.name).write_bytes(file.read_bytes())
    rows = rows_of(judge(folder, "--limit", "1", "--json", "--against", tools[0], "--against", tools[1]))

    assert list(rows) == ["gray", "mean color", "graycolor", *map(str, tools), "truth"]


def test_the_table_fits_a_narrow_terminal(folder):
    done = judge(folder)

    assert done.exit_code == 0, done.output
    assert "matched" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_the_report_is_one_page_that_needs_no_network(tmp_path, folder):
    done = judge(folder, "--report", tmp_path / "page")
    page = (tmp_path / "page" / "index.html").read_text()

    assert done.exit_code == 0, done.output
    assert [file.name for file in (tmp_path / "page").iterdir()] == ["index.html"]
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert page.count("truth</figcaption>") >= 4


def test_a_page_that_shows_more_or_is_not_ours_stays(tmp_path, folder):
    whole = judge(folder, "--report", tmp_path / "page")
    page = (tmp_path / "page/index.html").read_bytes()
    less = judge(folder, "--limit", "2", "--report", tmp_path / "page")
    (tmp_path / "diary").mkdir()
    (tmp_path / "diary/index.html").write_text("<p>Dear diary</p>")
    other = judge(folder, "--report", tmp_path / "diary")
    file = judge(folder, "--report", folder / "0.png")

    assert [each.exit_code for each in (whole, less, other, file)] == [0, 1, 1, 1]
    assert "judges 4 photographs and this run only 2" in less.stderr
    assert "no page of graycolor's" in other.stderr
    assert "is a file" in file.stderr
    assert (tmp_path / "page/index.html").read_bytes() == page
    assert (tmp_path / "diary/index.html").read_text() == "<p>Dear diary</p>"


def test_the_reports_layout_has_the_reports_two_figures(tmp_path):
    rng = np.random.default_rng(0)
    sizes = {"ab1": 2, "ab2": 2, "ab3": 3}
    for name, count in sizes.items():
        np.save(tmp_path / f"{name}.npy", rng.integers(90, 170, (count, 32, 32, 2), np.uint8))
    np.save(tmp_path / "gray_scale.npy", rng.integers(40, 200, (7, 32, 32), np.uint8))
    done = judge(tmp_path)

    assert done.exit_code == 0, done.output
    assert "0.5 is chance" in " ".join(done.stdout.split())
    assert re.search(r"test loss \(mse\) +accuracy", done.stdout)  # as the report calls it


@pytest.mark.parametrize("is_terminal", [True, False])
def test_weights_of_two_runs_can_be_told_apart_on_a_narrow_terminal(is_terminal):
    figures = dict.fromkeys(MEANS, Figure(12.345, 1.2, 23.4))
    best = "latest/best.safetensors"
    runs = [f"report-cnn/{best}", f"runs/{best}", f"{'long' * 9}/latest/last.safetensors"]
    rows = [Row(name, 9, figures, 99.9, {}, (), 1.0) for name in ("mean color", *runs)]
    console = Console(width=80, force_terminal=is_terminal, file=io.StringIO(), color_system=None)
    for table in tables(rows, console):
        console.print(table)
    lines = console.file.getvalue().splitlines()

    if is_terminal:
        assert max(map(len, lines)) <= 80
        assert {"report-cnn/", "latest", "runs/latest"} <= {line.split()[0] for line in lines}
        assert any(re.match(r"l\w+…[\w/]+/ ", line) for line in lines)
    else:
        assert {"report-cnn/latest", "runs/latest", runs[2]} <= {line.split()[0] for line in lines}


@pytest.mark.parametrize(("name", "hint"), [("dataset", "graycolor prepare"), ("holidays", "check the name")])
def test_a_missing_source_is_one_sentence(tmp_path, name, hint):
    done = judge(tmp_path / name)

    assert done.exit_code == 1
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_photographs_is_refused(tmp_path):
    done = judge(tmp_path)

    assert done.exit_code == 1
    assert "no photographs" in done.stderr


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    done = judge(tmp_path / "notes.txt")

    assert done.exit_code == 1
    assert "no folder, tar or dataset" in done.stderr


def test_a_broken_picture_of_another_tool_is_named(tmp_path, folder):
    tool = tmp_path / "tool"
    tool.mkdir()
    buffer = io.BytesIO()
    Image.new("RGB", (128, 96)).save(buffer, "PNG")
    (tool / "0.png").write_bytes(buffer.getvalue()[:60])
    done = judge(folder, "--against", tool)

    assert done.exit_code == 1
    assert "0.png" in done.stderr
