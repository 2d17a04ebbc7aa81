"""`graycolor info`: what works here, and what an error report should contain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graycolor.cli.console import reported_errors, tell, tell_json
from graycolor.cli.options import Device, Weights
from graycolor.errors import EXIT_FAILED
from graycolor.packages import command_to_add

if TYPE_CHECKING:
    from graycolor.installation.check import Checked
    from graycolor.installation.facts import Facts

EPILOG = "Example:  graycolor info --check   (an error report should contain what this prints)"

Check = Annotated[
    bool, typer.Option("--check", help="Color a built-in photograph too, and compare it with what is expected.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")]

_LABEL = 10
"""Width of the labels, in letters."""


def info(check: Check = False, weights: Weights = None, device: Device = "auto", as_json: AsJson = False) -> None:
    """Show versions, device, weights, formats, codecs, packages and places of this installation."""
    with reported_errors():
        from graycolor.installation.check import check as color_built_in
        from graycolor.installation.facts import facts

        found = facts(weights, device)
        if not as_json:
            _tell_lines(_lines(found))
        checked = color_built_in(weights, device) if check else None
        if as_json:
            tell_json(found.as_dict() | {"check": None if checked is None else checked.as_dict()})
        elif checked is not None:
            _tell_lines([("check", _outcome(checked))])
    raise typer.Exit(EXIT_FAILED if checked is not None and not checked.is_good else 0)


def _tell_lines(lines: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> None:
    for label, text in lines:
        tell(f"{label:<{_LABEL}}{text}")


def _lines(found: Facts) -> Iterator[tuple[str, str]]:
    yield "graycolor", f"{found.graycolor}, telemetry {found.telemetry}"
    yield "python", f"{found.python['version']}, {found.python['program']}"
    yield "system", f"{found.system['name']}, {found.system['cores']} cores"
    yield "device", _or_error(found.device, "{device}: {why}")
    yield from _of_weights(found.weights)
    yield from _of_formats(found.formats)
    yield "films", _or_error(found.films, "written as {encoders}, by FFmpeg {ffmpeg}")
    yield "packages", ", ".join(f"{name} {version}" for name, version in found.packages.items() if version)
    for each in found.missing:
        yield "missing", f"{each['package']}, for {each['for']}"
    if found.missing:
        yield "to add", f"{command_to_add('NAME')} (coloring on the CPU needs none of them)"
    yield "cache", _or_error(found.places["cache"], "{folder} ({files} files, {bytes:,} bytes)")
    yield "config", _or_error(_or_none(found.places["config"]), "yours: {user}; the project's: {project}")
    for name, value in found.variables.items():
        yield "variable", f"{name}={value}"


def _or_none(fact: dict[str, Any]) -> dict[str, Any]:
    return {name: "none" if value is None else value for name, value in fact.items()}


def _or_error(fact: dict[str, Any], form: str) -> str:
    shown = {name: ", ".join(value) if isinstance(value, list) else value for name, value in fact.items()}
    return str(fact["error"]) if "error" in fact else form.format(**shown)


def _of_weights(fact: dict[str, Any]) -> Iterator[tuple[str, str]]:
    which = "embedded" if fact.get("embedded") else fact.get("file")
    form = f"{which}: {{architecture}}, seen at {{working_size}} pixels, SHA-256 begins with {{fingerprint}}"
    yield "weights", _or_error(fact, form)
    figures = ", ".join(f"{name} {value:g}" for name, value in fact.get("figures", {}).items())
    for label, text in (("figures", figures), ("learnt", fact.get("trained_on")), ("terms", fact.get("terms"))):
        if text:
            yield label, text


def _of_formats(formats: dict[str, str]) -> Iterator[tuple[str, str]]:
    from graycolor.installation.formats import WORKS

    yield "formats", ", ".join(name for name, found in formats.items() if found == WORKS)
    for name, found in formats.items():
        if found != WORKS:
            yield "", f"not {name}: {found}"


def _outcome(checked: Checked) -> str:
    compared = (
        "" if checked.difference is None else f", {checked.difference} steps of 255 away from what is expected at most"
    )
    verdict = "this installation colors as it should" if checked.is_good else "the colors are not those expected"
    return f"{verdict} (lightness kept within {checked.lightness:.1f} steps of 255{compared}; {checked.seconds:.1f} s)"
