"""The rooms and the one direction in which they may import each other, read from the syntax trees."""

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import graycolor
from graycolor.errors import EXIT_FAILED, EXIT_USAGE

SOURCE = Path(graycolor.__file__).parent
# A room may import its own files and those of lower numbers.
TIERS = {
    "bounds": 0,
    "errors": 0,
    "names": 0,
    "progress": 0,
    "types": 0,
    "packages": 1,
    "streams": 1,
    "color": 1,
    "files": 1,
    "checked_json": 2,
    "looks": 1,
    "settings": 2,
    "config": 3,
    "network": 3,
    "upsample": 2,
    "pictures": 4,
    "guidance": 5,
    "pdf": 5,
    "values": 5,
    "colorizer": 6,
    "data": 7,
    "film": 7,
    "jobs": 8,
    "evaluation": 8,
    "cluster": 9,
    "installation": 9,
    "training": 9,
    "notebook": 9,
    "stores": 10,
    "api": 10,
    "web": 11,
    "cli": 12,
    "__main__": 13,
}
# Within the wing of films likewise: a film's way goes down once.
WITHIN = {"film": {"source": 0, "steadiness": 1, "output": 1, "job": 2}}
WRITERS = {"write", "write_tiff", "write_16bit", "encode_result", "moving", "jpeg.keep_luma", "jpeg.keep_lightness"}
READERS = {"read", "read_16bit", "door", "decoders", "pages", "structure", "kind", "tone", "profiles", "in_memory"}
NEVER = {("pictures", "network"), ("pictures", "colorizer"), ("jobs", "training")}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def room(path):
    parts = path.relative_to(SOURCE).parts
    return parts[0].removesuffix(".py")


FILES = [path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_one_way(path):
    own = room(path)
    for name in imports(path):
        if name.startswith("graycolor."):
            other = name.split(".")[1]
            assert other == own or TIERS[other] < TIERS[own], f"{own} imports {name}"
            assert (own, other) not in NEVER, f"{own} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_one_way_within_the_wing_of_films_too(path):
    wing, own = (*path.relative_to(SOURCE).parts, "")[:2]
    tiers = WITHIN.get(wing, {})
    if own not in tiers:
        return
    for name in imports(path):
        if name.startswith(f"graycolor.{wing}."):
            other = name.split(".")[2]
            assert other == own or tiers.get(other, 9) < tiers[own], f"{wing}.{own} imports {name}"


@pytest.mark.parametrize("reader", sorted(READERS))
def test_what_reads_pictures_imports_nothing_that_writes_them(reader):
    names = {name.removeprefix("graycolor.pictures.") for name in imports(SOURCE / "pictures" / f"{reader}.py")}

    assert not names & WRITERS


def loaded_by(code):
    listing = "import sys; before = set(sys.modules); exec(sys.argv[1]); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", listing, code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_graycolor_costs_nothing():
    assert not {"numpy", "torch", "cv2", "PIL", "onnxruntime", "typer"} & loaded_by("import graycolor")


def test_the_command_line_loads_nothing_heavy():
    heavy = {"numpy", "torch", "cv2", "PIL", "onnxruntime", "tifffile", "av"}

    assert not heavy & loaded_by("import graycolor.cli.app")


def loaded_by_command(folder, *arguments):
    """The modules that a command has loaded when it ends, and its exit code."""
    code = "import sys; sys.argv = ['graycolor', *sys.argv[1:]]; from graycolor.cli.app import run; code = run()"
    listing = f"{code}; print(code, *sorted(sys.modules), file=sys.stderr)"
    command = [sys.executable, "-c", listing, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    exit_code, *modules = done.stderr.splitlines()[-1].split()
    return int(exit_code), set(modules)


# What the standard library has for other programs. On Python 3.11 pathlib itself imports urllib.parse.
UNNEEDED = {
    "asyncio",
    "email",
    "ftplib",
    "hashlib",
    "html",
    "http",
    "importlib.resources",
    "multiprocessing",
    "secrets",
    "socket",
    "ssl",
    "tempfile",
    "unittest",
    "urllib.request",
    "xml",
    "zipfile",
}
OTHER_COMMANDS = {"graycolor.cli.video", "graycolor.cli.prepare", "graycolor.cli.train", "graycolor.cli.evaluate"}
HEAVY = {"av", "jinja2", "matplotlib", "msgspec", "onnx", "platformdirs", "safetensors", "scipy", "tifffile", "torch"}
OTHER_PLUGINS = {"PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.PngImagePlugin", "PIL.TiffImagePlugin"}


def test_a_colored_photograph_has_loaded_nothing_that_it_does_not_need(tmp_path):
    Image.fromarray(np.tile(np.arange(0, 240, 3, dtype=np.uint8), (60, 1))).save(tmp_path / "old.jpg")

    code, modules = loaded_by_command(tmp_path, "colorize", "old.jpg")

    assert code == 0
    assert (tmp_path / "old-color.jpg").exists()
    assert modules & (UNNEEDED | HEAVY | OTHER_PLUGINS | OTHER_COMMANDS | {"graycolor.jobs.page"}) == set()


def test_values_are_shown_without_a_network(tmp_path):
    Image.fromarray(np.tile(np.arange(0, 240, 3, dtype=np.uint8), (60, 1))).save(tmp_path / "heat.png")

    code, modules = loaded_by_command(tmp_path, "values", "heat.png", "--legend")

    assert code == 0
    assert (tmp_path / "heat-viridis-color.png").exists()
    assert modules & {"av", "matplotlib", "onnxruntime", "safetensors", "torch"} == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["train"],
        ["train", "nowhere"],
        ["train", "--resume"],
        ["train", "--arch", "nowhere"],
        ["train", "--preset", "nowhere"],
        ["eval", "nowhere"],
        ["prepare", "nowhere"],
        ["video", "nowhere.mp4"],
        ["video", "nowhere.mp4", "--device", "cuda"],
        ["eval", "nowhere", "--device", "cuda"],
        ["colorize", "nowhere.jpg"],
        ["colorize", "nowhere.jpg", "--device", "cuda"],
        ["colorize", "nowhere.jpg", "--weights", "nowhere.safetensors"],
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_refused_before_torch_is_imported(arguments, tmp_path):
    code, modules = loaded_by_command(tmp_path, *arguments)

    assert code in (EXIT_FAILED, EXIT_USAGE)
    assert modules & {"torch", "matplotlib", "onnx", "scipy"} == set()
