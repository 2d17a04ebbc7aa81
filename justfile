# What one does here, by name. `just` is optional: every recipe is a line that can be typed.
# Set up first: see CONTRIBUTING.md.

set windows-shell := ["powershell.exe", "-NoLogo", "-Command"]

python := if os_family() == "windows" { ".venv/Scripts/python.exe" } else { ".venv/bin/python" }

# show the recipes
default:
    @just --list

# the suite, or a part of it: `just test tests/color -k gamut`
test *ARGUMENTS:
    {{python}} -m pytest {{ARGUMENTS}}

# style and spelling
lint:
    {{python}} -m ruff check .
    {{python}} -m ruff format --check .
    {{python}} -m codespell_lib

# types
types:
    {{python}} -m mypy
    {{python}} -m mypy --strict --follow-imports silent tests/types/public_face.py

# what is written from the code: the map of rooms, and the pages of the commands
docs:
    {{python}} dev/rooms.py
    {{python}} dev/command_pages.py

# the site of docs/, in site/: strict, and nothing in it comes from another host; `just site --serve` shows it
site *ARGUMENTS:
    {{python}} dev/site.py {{ARGUMENTS}}

# everything that the documents quote, or one benchmark: `just bench cold_start --rounds 20`; benchmarks/README.md
bench NAME="all" *ARGUMENTS:
    {{python}} benchmarks/{{NAME}}.py {{ARGUMENTS}}

# mutated files for every decoder of our own: `just fuzz --seconds 600`
fuzz *ARGUMENTS:
    {{python}} -m fuzz {{ARGUMENTS}}

# the wheel and the source archive, in dist/
wheel:
    {{python}} -m build --no-isolation --outdir dist .

# pin every package again after pyproject.toml changed (needs uv); `just lock --upgrade` takes newer versions
lock *ARGUMENTS:
    uv pip compile pyproject.toml {{resolve}} --no-annotate -o constraints.txt {{ARGUMENTS}}
    uv pip compile pyproject.toml {{resolve}} --generate-hashes -c constraints.txt -o requirements.lock {{ARGUMENTS}}
    {{python}} dev/light.py | uv pip compile - {{flags}} --no-annotate -c constraints.txt -o requirements-light.txt

resolve := flags + " --all-extras"
flags := "--quiet --universal --python-version 3.11 --no-emit-index-url --custom-compile-command 'just lock'"
