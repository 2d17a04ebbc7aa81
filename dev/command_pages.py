"""Writes `docs/commands/`: a page for every command, from its own help, with a worked example and its answer.

    python dev/command_pages.py [--check] [--run [COMMAND ...]]

Options and sentences are those of `graycolor COMMAND --help`. `--run` types the examples anew (of all commands, or of
those named) and writes what they answer; without it the answers of earlier runs stay. `--check` writes nothing and ends
with 1 where a page is stale.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent))

from command_examples import EXAMPLES, answers, lay_out

from graycolor.cli.late import COMMANDS, built
from graycolor.cli.panels import panels_of

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "commands"
MADE = "<!-- Written by dev/command_pages.py from the command's own help: change that, and run the script. -->"
_ANSWER = re.compile(r"```text\n(.*?)\n```", re.DOTALL)
_DETAILS = re.compile(r"\s*\[((?:env var|default|required)[^\]]*|[^\]]*x[<>]=[^\]]*)\]$")
INDEX = """# Commands

{table}

Every command has `--help` (`-h`); `graycolor --version` prints the version, and `graycolor --install-completion` has \
your shell complete commands, options and their values.

**Results go to stdout, everything else to stderr**: `--json` prints results for programs, `--quiet` prints errors only.

| exit code | meaning |
|---|---|
| 0 | Everything was done. |
| 1 | Some inputs failed; each has one sentence on stderr, and the others were done. |
| 2 | The command makes no sense as it was typed, and nothing was done. |
| 130 | Ctrl-C stopped it; the same command goes on where that is possible. |

Options with a variable of the environment take their value from it where the option is not given; a [config file]\
(../config.md) comes after that.
"""


def main() -> int:
    """Writes the pages, or compares them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, end with 1 where a page is stale")
    parser.add_argument("--run", nargs="*", metavar="COMMAND", help="type the examples anew")
    a = parser.parse_args()
    typed = {name: typed_anew(name) for name in (a.run or COMMANDS if a.run is not None else ())}
    pages = {name: page(name, typed.get(name) or earlier(name)) for name in COMMANDS} | {"index": index()}
    if a.check:
        return 1 if stale(pages) else 0
    for name, text in pages.items():
        (FOLDER / f"{name}.md").write_text(text, "utf-8", newline="\n")
    return 0


def stale(pages: dict[str, str]) -> bool:
    """Says which pages differ from the help."""
    paths = {FOLDER / f"{name}.md": text for name, text in pages.items()}
    differing = [path for path, text in paths.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in differing:
        print(f"docs/commands/{path.name} is stale: run `python dev/command_pages.py` and commit it", file=sys.stderr)
    return bool(differing)


def typed_anew(name: str) -> list[str]:
    """What the commands of an example answer now."""
    with tempfile.TemporaryDirectory() as folder:
        pictures, home = Path(folder) / "pictures", Path(folder) / "home"
        pictures.mkdir()
        home.mkdir()
        lay_out(name, pictures)
        return answers(name, pictures, home)


def earlier(name: str) -> list[str]:
    """What the page says that they answered."""
    path = FOLDER / f"{name}.md"
    return _ANSWER.findall(path.read_text("utf-8").partition("## Example")[2]) if path.exists() else []


def page(name: str, answered: list[str]) -> str:
    """The whole page of a command."""
    command = built(name)
    context = click.Context(command, info_name=f"graycolor {name}", help_option_names=["-h", "--help"])
    usage = " ".join([f"graycolor {name}", *command.collect_usage_pieces(context)])
    tables = [table(name, parameters, context) for name, parameters in panels_of(command, context)]
    head = [f"# graycolor {name}", MADE, str(command.help), f"```text\n{usage}\n```"]
    more = f"[{title(EXAMPLES[name].guide)}](../{EXAMPLES[name].guide}) tells more."
    return "\n\n".join([*head, more, example(name, answered), "## Arguments and options", *tables]) + "\n"


def table(name: str, parameters: list[click.Parameter], context: click.Context) -> str:
    """A panel of the help, under its title."""
    rows = [row for each in parameters if (row := option(each, context))]
    return "\n".join([f"### {name}\n", "| option | what it does | default, environment |", "|---|---|---|", *rows])


def option(parameter: click.Parameter, context: click.Context) -> str | None:
    """A row of the table; None for what the help does not show."""
    record = parameter.get_help_record(context)
    if record is None:
        return None
    names, words = record
    details = _DETAILS.search(words)
    words, aside = (words[: details.start()], details[1]) if details else (words, "")
    parts = [part for part in aside.split("; ") if part]
    plain = [part.removeprefix("default: ") for part in parts if not part.startswith("env var: ")]
    variables = [f"`{part.removeprefix('env var: ')}`" for part in parts if part.startswith("env var: ")]
    return f"| `{cell(names)}` | {cell(words)} | {cell(', '.join(plain + variables))} |"


def cell(text: str) -> str:
    """Text that a table can hold."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def example(name: str, answered: list[str]) -> str:
    """The worked example: commands, each with what it answered."""
    told = EXAMPLES[name]
    said = [*answered, *[""] * len(told.commands)][: len(told.commands)]
    typed = [f"```sh\n{command}\n```" + answer(text) for command, text in zip(told.commands, said, strict=True)]
    return "\n\n".join(["## Example", told.before, *typed, *([told.after] if told.after else [])])


def answer(text: str) -> str:
    """What a command answered, as a block."""
    return f"\n\n```text\n{text or 'It says nothing.'}\n```"


def title(guide: str) -> str:
    """The heading of a page."""
    return (FOLDER.parent / guide).read_text("utf-8").split("\n", 1)[0].removeprefix("# ")


def index() -> str:
    """The list of commands."""
    rows = [f"| [`graycolor {name}`]({name}.md) | {entry.help} |" for name, entry in COMMANDS.items()]
    table = "\n".join(["| command | what it does |", "|---|---|", *rows])
    return INDEX.format(table=table)


if __name__ == "__main__":
    sys.exit(main())
