"""Embeds a weights file: `python dev/embed.py [WEIGHTS]` writes the network's graph and the file's hash beside it.

Without a file it does so for the embedded weights as they are. The graph depends on the network's shape alone: where
only numbers have changed, only the weights and their hash are other files than before.
"""

import sys
from pathlib import Path

from graycolor.files.regular import sha256_of
from graycolor.network import weights
from graycolor.network.export import to_graph


def main() -> None:
    """Write the three files."""
    home = weights.default_path()
    if len(sys.argv) > 1:
        home.write_bytes(Path(sys.argv[1]).read_bytes())
    weights.default_path(weights.DEFAULT_ONNX).write_bytes(to_graph(*weights.load(home)))
    weights.default_path(weights.DEFAULT_HASH).write_text(sha256_of(home) + "\n")


if __name__ == "__main__":
    main()
