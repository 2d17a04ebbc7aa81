import base64
import os
import re

import cv2
import numpy as np
import pytest

from graycolor.cli.preview import as_text, protocol

TERMINAL = os.terminal_size((60, 30))


@pytest.fixture
def picture():
    bgr = np.zeros((40, 80, 3), np.uint8)
    bgr[:20], bgr[20:] = (0, 0, 200), (200, 0, 0)
    return bgr


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "iTerm.app", "TMUX": "x", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, ""),
        ({"TERM": "dumb"}, ""),
    ],
)
def test_a_terminal_is_told_by_its_environment(environment, expected):
    assert protocol(environment) == expected


def test_kitty_gets_the_picture_in_chunks(picture):
    noisy = np.random.default_rng(0).integers(0, 256, (80, 80, 3), np.uint8)
    text = as_text(noisy, "kitty", TERMINAL)
    chunks = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", text)
    data = base64.b64decode("".join(content for _, content in chunks))

    assert max(len(content) for _, content in chunks) <= 4096
    assert [head.endswith("m=1") for head, _ in chunks] == [True] * (len(chunks) - 1) + [False]
    assert np.array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), noisy)


def test_iterm2_gets_the_picture_with_its_size(picture):
    size, content = re.search(r"size=(\d+);.*:([^\a]+)\a", as_text(picture, "iterm2", TERMINAL)).groups()

    assert len(base64.b64decode(content)) == int(size)


def test_half_blocks_hold_two_pixels_a_cell(picture):
    lines = as_text(picture, "truecolor", TERMINAL).splitlines()

    assert lines[0].startswith("\x1b[38;2;200;0;0;48;2;200;0;0m▀")
    assert lines[-1].startswith("\x1b[38;2;0;0;200;48;2;0;0;200m▀")
    assert len(lines) <= 26
    assert all(line.count("▀") <= 59 for line in lines)
    assert "38;5;160;" in as_text(picture, "256", TERMINAL)
