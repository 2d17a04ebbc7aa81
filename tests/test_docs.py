"""The documents: what they show to be typed works, and what is written from the code is what the code says."""

import ast
import importlib
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import click
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.cli.late import COMMANDS, built

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "dev"))
from command_examples import EXAMPLES, draw_film, draw_temperatures, lay_out  # noqa: E402
from site_pages import on_page_markdown  # noqa: E402

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "benchmarks/README.md", ROOT / "fuzz/README.md"])
FENCE = re.compile(r"(<!-- runs -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANSWER = re.compile(r"```text\n(.*?)\n```", re.DOTALL)
WIDE = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}


def blocks(path, language):
    """Whether a block is to be run, and what stands in it, for every block of a language on a page."""
    found = FENCE.findall(path.read_text("utf-8"))
    return [(bool(runs), code) for runs, kind, code in found if kind == language]


def named(pages):
    return pytest.mark.parametrize("page", pages, ids=lambda page: page.relative_to(ROOT).as_posix())


def with_blocks(language, *, to_run):
    """Pages that have a block of that kind."""
    return named([page for page in PAGES if any(runs or not to_run for runs, _ in blocks(page, language))])


def typed(code):
    """The graycolor commands in a block of a shell, as words; comments and what is piped in or on are left out."""
    for line in code.replace("\\\n", " ").splitlines():
        words = shlex.split(re.sub(r"(^|\s)#.*", "", line.replace("$train", "graycolor train")))
        if "graycolor" in words:
            words = words[words.index("graycolor") + 1 :]
            ends = (number for number, word in enumerate(words) if re.match(r"[|>&]|2>", word))
            yield words[: next(ends, None)]


@with_blocks("sh", to_run=False)
def test_every_command_that_a_page_shows_is_one_that_graycolor_takes(page):
    for words in (words for _, code in blocks(page, "sh") for words in typed(code) if words):
        assert is_understood(words), words


def is_understood(words):
    """Whether the command line takes this; nothing is done."""
    if words[0] not in COMMANDS:
        return words[0] in ("--install-completion", "--version", "-V", "--help")
    try:
        return bool(built(words[0]).make_context(words[0], words[1:]))
    except click.exceptions.Exit as left:
        return left.exit_code == 0


@with_blocks("python", to_run=False)
def test_every_name_of_graycolor_that_a_page_shows_is_there(page):
    for node in (node for _, code in blocks(page, "python") for node in ast.walk(ast.parse(code))):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("graycolor"):
            module = importlib.import_module(node.module)
            assert all(hasattr(module, alias.name) for alias in node.names), ast.unparse(node)
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("graycolor."):
            assert there(ast.unparse(node)), ast.unparse(node)


def there(dotted):
    """Whether a dotted name leads to something, as far as it names modules and what is in them."""
    found = importlib.import_module("graycolor")
    for name in dotted.split(".")[1:]:
        if isinstance(found, type) or callable(found):
            return True  # what a call gives back is seen when the block is run
        if not hasattr(found, name):
            return False
        found = getattr(found, name)
    return True


@pytest.fixture(scope="session")
def album(tmp_path_factory):
    """Small pictures under every name that a page gives them."""
    folder = tmp_path_factory.mktemp("album")
    with Image.open(ROOT / "examples/pumpkins-1938.jpg") as image:
        gray = image.convert("L").resize((160, 112))
    for name in ("grandmother.jpg", "old.jpg", "portrait.png", "portrait.jpg", "photo.jpg", "a.jpg"):
        gray.save(folder / name)
    (folder / "scans/1938").mkdir(parents=True)
    gray.save(folder / "print.tif")
    draw_temperatures(folder / "heat.tif")
    gray.save(folder / "scans/pumpkins.png")
    gray.save(folder / "scans/1938/pumpkins.png")
    colored = np.random.default_rng(0).integers(0, 255, (9, 12, 3), np.uint8)
    for name in ("album.jpg", "uncle-in-color.jpg"):
        Image.fromarray(colored).resize((160, 112)).save(folder / name)
    draw_film(folder / "old_film.mp4", frames=6)
    (folder / "list.csv").write_text("path,output,saturation\nold.jpg,deep/one.png,1.2\nportrait.png,,\n")
    (folder / "films.csv").write_text('path,hints\nold_film.mp4,"2:52%,40%,#6b4a32"\n')
    return folder


@pytest.fixture
def here(album, tmp_path, monkeypatch):
    shutil.copytree(album, tmp_path / "album")
    monkeypatch.chdir(tmp_path / "album")
    return tmp_path / "album"


def asked(words):
    return CliRunner().invoke(app, words, prog_name="graycolor", env=WIDE)


@with_blocks("sh", to_run=True)
def test_what_a_page_shows_to_be_typed_works(page, here):
    for words in (words for runs, code in blocks(page, "sh") if runs for words in typed(code)):
        done = asked(words)
        assert done.exit_code == 0, (words, done.output)


@with_blocks("python", to_run=True)
def test_what_a_page_shows_in_python_works(page, here):
    gray = np.tile(np.linspace(0, 255, 96).astype(np.uint8), (64, 1))
    names = {"gray": gray, "gray_array": gray, "array": gray.astype(np.float32)}
    for code in (code for runs, code in blocks(page, "python") if runs):
        before = {name: id(value) for name, value in names.items()}
        exec(compile(code, page.name, "exec"), names)  # an error in it fails the test
        assert {name: id(value) for name, value in names.items()} != before, code


@pytest.mark.skipif(sys.platform != "linux", reason="the pages show folders and names as Linux has them")
@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if example.quick])
def test_examples_answer_as_their_pages_say(name, tmp_path, monkeypatch):
    page = (ROOT / f"docs/commands/{name}.md").read_text("utf-8").partition("## Example")[2]
    lay_out(name, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRAYCOLOR_NO_CONFIG")
    for variable in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    for command, answer in zip(EXAMPLES[name].commands, ANSWER.findall(page), strict=True):
        done = asked(shlex.split(command)[1:])
        assert done.exit_code == 0, done.output
        assert outline(name, done.output) == outline(name, answer)


def outline(name, text):
    """An answer without what differs between machines: numbers, how columns are spread, how far a slow one is."""
    if name == "info":  # which packages are missing, and so which formats are not there, is the machine's own
        labels = (line.split()[0] for line in text.splitlines())
        return sorted(label for label in labels if label not in ("missing", "to", "not"))
    plain = re.sub(r"\d[\d.,]*", "#", text)
    lines = (" ".join(line.split()) for line in plain.splitlines())
    return sorted(re.sub(r"/\S+/(?=[\w.]*)", "/", line) for line in lines if line and not line.endswith(" left"))


def test_the_pages_of_the_commands_are_what_the_help_says():
    done = subprocess.run([sys.executable, ROOT / "dev/command_pages.py", "--check"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_every_example_is_on_its_page_with_an_answer():
    assert EXAMPLES.keys() == COMMANDS.keys()
    for name, example in EXAMPLES.items():
        page = (ROOT / f"docs/commands/{name}.md").read_text("utf-8").partition("## Example")[2]
        assert all(f"```sh\n{command}\n```" in page for command in example.commands)
        assert len(ANSWER.findall(page)) == len(example.commands)
        assert str(Path.home()) not in page
        assert str(ROOT) not in page


def anchors(path):
    """What links to headings of a page may name, as hosts of repositories spell it."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@named(PAGES)
def test_every_link_leads_somewhere(page):
    text = re.sub(r"^```.*?^```|`[^`\n]+`", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", link):
            place, _, anchor = unquote(link).partition("#")
            target = (page.parent / place).resolve() if place else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def test_every_page_has_a_place_in_the_menu():
    menu = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")[2]

    for page in ROOT.glob("docs/**/*.md"):
        assert re.search(rf"(?:- |: ){re.escape(page.relative_to(ROOT / 'docs').as_posix())}$", menu, re.MULTILINE), (
            page
        )


def test_the_documents_say_what_the_benchmarks_compare_with():
    quoted = runpy.run_path(str(ROOT / "benchmarks/quoted.py"))["QUOTED"]

    assert quoted
    for figure, said in (each for figures in quoted.values() for each in figures.items()):
        value, page = re.match(r"(\S+) ([\w-]+\.md)", said).groups()
        text = (ROOT / "docs" / page).read_text("utf-8")
        assert re.search(rf"(?<![\d.]){re.escape(value)}(?![\d])", text), figure


@pytest.fixture(scope="module")
def other_hosts():
    """Of `dev/site.py`, whose name is that of one of Python's own modules."""
    return runpy.run_path(str(ROOT / "dev/site.py"))["other_hosts"]


def test_what_a_page_fetches_from_another_host_is_found(tmp_path, other_hosts):
    (tmp_path / "page.html").write_text(
        '<link rel="stylesheet" href="https://a.example/a.css"><link rel="canonical" href="https://b.example/">'
        '<script src="//c.example/c.js"></script><img src="own.png"><a href="https://d.example/">a link to click</a>'
    )
    (tmp_path / "style.css").write_text('@import "https://e.example/e.css"; p { background: url(own.png) }')
    found = [address for _, address in other_hosts(tmp_path)]

    assert found == ["https://a.example/a.css", "//c.example/c.js", "https://e.example/e.css"]


def test_links_of_the_repository_become_those_of_the_site():
    page = SimpleNamespace(file=SimpleNamespace(src_uri="formats.md"))
    written = "[a](../SECURITY.md#bounds) [b](film.md) [c](https://example.org) `[d](../SECURITY.md)`"

    assert on_page_markdown(written, page, None, None) == (
        "[a](SECURITY.md#bounds) [b](film.md) [c](https://example.org) `[d](../SECURITY.md)`"
    )
    page.file.src_uri = "dev/experiments.md"
    assert on_page_markdown("[a](../docs/model-card.md)", page, None, None) == "[a](../model-card.md)"
