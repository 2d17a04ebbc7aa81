"""The table of SECURITY.md and the numbers in the code are one."""

import re
from pathlib import Path

from graycolor import bounds

TABLE = (Path(__file__).parents[1] / "SECURITY.md").read_text("utf-8")
ROW = re.compile(r"^\|[^|]+\| ([\d,]+)[^|]*\|[^|]*\| `([A-Z0-9_]+)` \|$", re.MULTILINE)


def test_security_md_has_every_bound_of_the_code():
    told = {name: int(number.replace(",", "")) for number, name in ROW.findall(TABLE)}
    names = {name: value for name, value in vars(bounds).items() if name.isupper() and isinstance(value, int)}

    assert told == names


def test_what_max_pixels_lifts():
    assert bounds.file_bytes(1_000_000) == 24_000_000
    assert bounds.member_bytes(1_000_000) == 3_000_000
    assert bounds.all_pixels(1_000_000) == 12_000_000
