"""`graycolor export`: a network for programs that have no graycolor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graycolor.cli.console import reported_errors, say, tell, tell_json
from graycolor.cli.options import Overwrite, Weights
from graycolor.names import told
from graycolor.packages import require

EPILOG = "Example:  graycolor export colors.onnx   (docs/export.md has a program that runs it without graycolor)"

Result = Annotated[
    Path, typer.Argument(metavar="FILE", help="The file to write: .onnx for ONNX, .pt2 for torch.export.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a line.")]


def export(result: Result, weights: Weights = None, overwrite: Overwrite = False, as_json: AsJson = False) -> None:
    """Write a network as one file that needs no graycolor, and compare the two."""
    with reported_errors():
        require("Export", "torch", *(["onnx"] if result.suffix.lower() == ".onnx" else []))
        if not as_json:
            say(f"Writing and comparing {result.name}; a .pt2 may take minutes.")
        from graycolor.network.standalone import OPSET, TOLERANCE, export_network

        written = export_network(result, weights, overwrite=overwrite)
        if as_json:
            tell_json(
                {
                    "output": told(result),
                    "bytes": written.bytes,
                    "opset": OPSET if result.suffix.lower() == ".onnx" else None,
                    "difference": written.difference,
                    "tolerance": TOLERANCE,
                }
            )
        else:
            form = f"ONNX, opset {OPSET}" if result.suffix.lower() == ".onnx" else "torch.export"
            tell(f"{result}: {form}, {written.bytes / 1e6:.1f} MB, at most {written.difference:.1g} units of Lab away")
