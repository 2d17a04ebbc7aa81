"""Memory of `graycolor web` while many visitors bring large photographs at the same time, and look at all their pixels.

    python benchmarks/web_memory.py [--visitors 20] [--megapixels 12]

Prints how many were served, the seconds it took, and the largest memory that the server had (Linux).
"""

from __future__ import annotations

import argparse
import io
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image


def main() -> None:
    """Serves, asks, and tells."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--megapixels", type=float, default=12)
    said = parser.parse_args()
    served, seconds, gigabytes = measured(said.visitors, said.megapixels)
    print(f"{served} of {said.visitors} visitors served")
    print(f"{seconds:.1f} s, {gigabytes:.2f} GB at the peak")


def measured(visitors: int, megapixels: float) -> tuple[int, float, float]:
    """How many were served, in how many seconds, and the gigabytes that the server had at most."""
    command = [sys.executable, "-m", "graycolor", "web", "--port", "0"]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert served.stdout is not None
    url, data, began = served.stdout.readline().split()[-1], photograph(megapixels), time.monotonic()
    try:
        with ThreadPoolExecutor(visitors) as pool:
            sizes = list(pool.map(lambda number: visit(url, data, number), range(visitors)))
        return sum(size > 0 for size in sizes), time.monotonic() - began, peak(served.pid) / 1e9
    finally:
        served.send_signal(signal.SIGINT)
        served.wait()


def photograph(megapixels: float) -> bytes:
    """A drawn gray JPEG."""
    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    grain = np.random.default_rng(0).normal(0, 12, (height, height * 4 // 3))
    pixels = np.clip(np.linspace(30, 220, height)[:, None] + grain, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def visit(url: str, data: bytes, number: int) -> int:
    """Bytes of the colored picture, at its full size, that one visitor gets."""
    with urllib.request.urlopen(url) as answer:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    key = json.loads(ask(f"{url}bring/photograph", cookie, data, f"{number}.jpg"))
    while True:
        try:
            ask(f"{url}photograph/{key}/thumbnail.jpg", cookie)
            return len(ask(f"{url}photograph/{key}/full/after.jpg", cookie))
        except urllib.error.HTTPError:  # its turn has not come
            time.sleep(0.3)


def ask(address: str, cookie: str, data: bytes | None = None, name: str = "") -> bytes:
    """The body of an answer."""
    asked = urllib.request.Request(address, data, {"Cookie": cookie, "X-Name": name})
    with urllib.request.urlopen(asked, timeout=600) as answer:
        return bytes(answer.read())


def peak(process: int) -> float:
    """Bytes of the largest memory that a process has had."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) * 1024


if __name__ == "__main__":
    main()
