"""Python that Ctrl-C stops, whatever started the tests: what ignores SIGINT hands that down to all it starts."""

import sys

_HEED = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL);"
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
PYTHON = [sys.executable, "-c", _HEED]
