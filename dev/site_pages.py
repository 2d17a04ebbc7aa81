"""Pages of the site that lie outside `docs/`, where people and hosts look for them: SECURITY.md and the like.

mkdocs calls these functions (`hooks` in mkdocs.yml). Links are written as they hold in the repository, and become those
of the site here, so that both are right and every page exists once.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    "SECURITY.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "benchmarks/README.md",
    "fuzz/README.md",
    "dev/experiments.md",
    "dev/training-photographs.md",
]
BESIDE = ["NOTICE", "LICENSE", "examples/run_onnx.py"]
"""Files that pages point at and that are shown as they are."""
HOME = "index.md"
_LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
_CODE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: Any) -> Files:
    """The files of `docs/`, and those beside it."""
    for name in PAGES + BESIDE:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """A page whose links are the site's; what stands in code stays as it is."""
    uri = page.file.src_uri
    here = posixpath.dirname(uri if uri in PAGES else posixpath.join("docs", uri))
    pieces = _CODE.split(markdown)
    linked = [piece if _CODE.fullmatch(piece) else _linked(piece, here, uri) for piece in pieces]
    return "".join(linked)


def _linked(text: str, here: str, uri: str) -> str:
    """A text whose links to files of the repository lead to the site's."""

    def replaced(found: re.Match[str]) -> str:
        target = found[2]
        if re.match(r"[a-z]+:", target):
            return found[0]
        aim = _on_site(posixpath.normpath(posixpath.join(here, target)))
        return found[1] + posixpath.relpath(aim, posixpath.dirname(uri) or ".") + found[3]

    return _LINK.sub(replaced, text)


def _on_site(path: str) -> str:
    """Where a file of the repository stands on the site."""
    if path == "README.md":
        return HOME
    return path.removeprefix("docs/")
