"""What a shell is told when somebody presses the tabulator."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("said", "completions"),
    [
        ("colorize --look k", ["kodachrome"]),
        ("colorize --look d", ["dusk"]),
        ("colorize --device c", ["cpu", "cuda"]),
        ("colorize --format jp", ["jp2", "jpe", "jpeg", "jpg"]),
        ("video --codec f", ["ffv1"]),
        ("video --look auto", ["autochrome"]),
    ],
)
def test_values_of_options_are_completed(tmp_path, said, completions):
    (tmp_path / "graycolor.toml").write_text("[looks.dusk]\nsaturation = 0.8\n")
    words = {"COMP_WORDS": f"graycolor {said}", "COMP_CWORD": "3", "_GRAYCOLOR_COMPLETE": "complete_bash"}
    environ = {name: value for name, value in os.environ.items() if name != "GRAYCOLOR_NO_CONFIG"} | words
    code = "import sys; sys.argv = ['graycolor']; from graycolor.cli.app import main; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True)

    assert done.stdout.split() == completions
