"""What contributors lean on and no program reads: the map of rooms, the pins, the lists of commands."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
BENCHMARKS = [path.stem for path in ROOT.glob("benchmarks/*.py") if "def main" in path.read_text("utf-8")]


def read(name):
    return (ROOT / name).read_text("utf-8")


def pins(name):
    """Versions by package; a package may have several, each for other systems or versions of Python."""
    found = {}
    for package, version in re.findall(r"^([\w.-]+)==([\w.+]+)", read(name), re.MULTILINE):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


def wanted_by_all_extras():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    return [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]


def needed(wanted):
    """Every package that an install of these requirements pulls in here, as far as it is installed."""
    queue, seen = [(line, frozenset()) for line in wanted], set()
    while queue:
        requirement = Requirement((item := queue.pop())[0])
        extras = frozenset(requirement.extras)
        name = canonicalize_name(requirement.name)
        if (name, extras) in seen or not applies(requirement, item[1]):
            continue
        seen.add((name, extras))
        try:
            queue += [(line, extras) for line in distribution(name).requires or ()]
        except PackageNotFoundError:
            continue  # an extra that is not installed here
    return {name for name, _ in seen}


def applies(requirement, extras):
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras or {""})


def test_the_map_of_rooms_is_what_the_modules_say():
    done = subprocess.run([sys.executable, ROOT / "dev/rooms.py", "--check"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_every_package_that_an_install_pulls_in_is_pinned():
    assert needed(wanted_by_all_extras()) - pins("constraints.txt").keys() == set()


def test_the_light_installation_has_all_that_coloring_needs_at_the_same_versions_and_nothing_heavy():
    done = subprocess.run([sys.executable, ROOT / "dev/light.py"], capture_output=True, text=True, check=True)
    light, pinned = pins("requirements-light.txt"), pins("constraints.txt")

    assert needed(done.stdout.splitlines()) - light.keys() == set()
    assert all(versions <= pinned[name] for name, versions in light.items())
    assert {"torch", "onnx", "matplotlib", "imagehash", "scipy", "sympy"} & light.keys() == set()


def test_uv_leaves_out_what_the_light_installation_leaves_out():
    project = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    done = subprocess.run([sys.executable, ROOT / "dev/light.py"], capture_output=True, text=True, check=True)
    left_out = {Requirement(line).name for line in {*project} - {*done.stdout.splitlines()}}

    assert set(re.findall(r"^([\w-]+) ; python_version < '3'$", read("light-overrides.txt"), re.MULTILINE)) == left_out


def test_the_lock_has_the_same_versions_each_with_hashes_and_names_no_index():
    entries = re.split(r"\n(?=\w)", read("requirements.lock").split("\n", 2)[2])

    assert pins("requirements.lock") == pins("constraints.txt")
    assert len(entries) == sum(map(len, pins("requirements.lock").values()))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search("http:|https:|index-url", read("requirements.lock") + read("constraints.txt"))


def test_hooks_have_the_versions_of_the_constraints():
    pinned = pins("constraints.txt")

    for package, version in re.findall(r"\[([\w-]+)==([\w.]+)\]", read(".pre-commit-config.yaml")):
        assert pinned[package] == {version}, package


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_index_of_benchmarks_has_each_with_its_command(name):
    assert f"`{name}`" in read("benchmarks/README.md")
    assert f"benchmarks/{name}.py" in read("benchmarks/README.md")


def test_every_recipe_and_file_that_contributing_names_is_there():
    recipes = set(re.findall(r"^([a-z]+)(?: [^:\n]*)?:(?!=)", read("justfile"), re.MULTILINE))
    page = read("CONTRIBUTING.md")

    assert set(re.findall(r"`just ([a-z]+)", page)) <= recipes
    assert {"test", "lint", "types", "docs", "bench", "fuzz", "wheel", "lock"} <= recipes
    for path in re.findall(r"`((?:src|tests|docs|fuzz|dev|benchmarks|\.github|\.ci)/[\w./-]+)`", page):
        assert (ROOT / path).exists(), path


def test_every_word_is_spelled_as_the_dictionary_has_it():
    places = ["src", "docs", "tests", "benchmarks", "fuzz", "dev", *(path.name for path in ROOT.glob("*.md"))]
    done = subprocess.run([sys.executable, "-m", "codespell_lib", *places], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
