"""What `dev/` keeps beside the code: lists that were counted or chosen, and the programs that count and choose."""

import re
import runpy
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parent.parent


def read(name):
    return (ROOT / name).read_text("utf-8")


def table(text, first):
    """The rows below the heading whose first cell is `first`, as cells."""
    lines = iter(text.splitlines())
    next(line for line in lines if line.startswith(f"| {first} |"))
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("| "):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def photograph(seed, exposure=1.0, contrast=1.0):
    """Soft colored shapes, as different as their seeds."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (5, 6, 3), dtype=np.uint8))
    rgb = np.asarray(coarse.resize((120, 100), Image.Resampling.BICUBIC), np.float32)
    return Image.fromarray((((rgb - 128) * contrast + 128) * exposure).astype(np.uint8))


@pytest.fixture
def choose(monkeypatch):
    """Runs `dev/poor_light.py` with arguments, and returns its exit code."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["poor_light.py", *map(str, arguments)])
        return runpy.run_path(str(ROOT / "dev/poor_light.py"))["main"]()

    return run


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """Ten photographs, the fourth of them dark and the seventh hazy; the first is there twice."""
    folder = tmp_path_factory.mktemp("photographs") / "album"
    folder.mkdir()
    for number in range(10):
        dark, hazy = number == 3, number == 6
        photograph(number, 0.3 if dark else 1.0, 0.3 if hazy else 1.0).save(folder / f"{number}.png")
    photograph(0).resize((90, 75)).save(folder / "copy.png")
    return folder


def test_the_darkest_and_the_flattest_are_chosen_and_a_copy_counts_once(choose, photographs, tmp_path, capsys):
    assert choose(photographs, "-o", tmp_path / "poor") == 0

    assert capsys.readouterr().out == "2 photographs in poor light, of 10 held-out ones and 0 slides\n"
    assert sorted(path.name for path in tmp_path.glob("poor/held-out/*")) == ["album-3.png", "album-6.png"]
    named = re.findall(r"^held-out/(\S+)\t([^\t]+)", (tmp_path / "poor/list.txt").read_text("utf-8"), re.MULTILINE)
    assert named == [("album-3.png", "dark"), ("album-6.png", "flat")]


def test_slides_lose_their_frame_and_are_judged_among_themselves(choose, photographs, tmp_path):
    assert choose(photographs, "--slides", photographs, "-o", tmp_path / "poor") == 0

    with Image.open(tmp_path / "poor/slides/album-3.png") as slide:
        assert slide.size == (100, 84)
    assert len(list(tmp_path.glob("poor/slides-rest/*"))) == 2


def test_a_choice_is_compared_with_a_list_that_was_kept(choose, photographs, tmp_path, capsys):
    choose(photographs, "-o", tmp_path / "poor")

    assert choose(photographs, "--check", tmp_path / "poor/list.txt") == 0
    (tmp_path / "fewer.txt").write_text("# nothing\n", "utf-8")
    assert choose(photographs, "--check", tmp_path / "fewer.txt") == 1
    assert "only here: held-out/album-3.png" in capsys.readouterr().err


def test_the_list_of_poor_light_holds_what_its_heading_says():
    heading, _, *rows = read("dev/poor-light.txt").splitlines()

    assert heading.startswith(f"# {len(rows)} photographs")
    assert len({row.split("\t")[-1] for row in rows}) == len(rows)


def test_old_photographs_are_counted_as_their_table_says():
    text = read("dev/old-photographs.md")
    rows = table(text, "photograph")
    shipped = next(row for row in table(text, "counted") if "as shipped" in row[0])
    counts = [str(sum(row[column] == "x" for row in rows)) for column in range(1, 6)]

    assert len({row[0] for row in rows}) == len(rows) == 79
    assert [cell.strip("*") for cell in shipped[1:]] == counts
    assert f"| embedded weights, as shipped | {' | '.join(counts)} |" in read("docs/model-card.md").replace("*", "")


def test_the_model_card_counts_photographs_by_terms_as_the_list_of_sources_gives_them(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["terms.py"])
    runpy.run_path(str(ROOT / "dev/terms.py"))["main"]()

    assert capsys.readouterr().out in read("docs/model-card.md")


def test_every_source_of_photographs_counts_under_one_kind_of_terms():
    terms = runpy.run_path(str(ROOT / "dev/terms.py"))
    kinds = Counter(source.kind for source in terms["read"](read("dev/training-photographs.md")))

    assert set(kinds) == {kind for kind, _ in terms["RULES"]}
