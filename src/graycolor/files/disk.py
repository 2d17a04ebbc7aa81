"""Room on disks, and how it is told."""

from __future__ import annotations


def size_told(count: float) -> str:
    """Bytes in words, such as `22 kB`, `1.2 MB` or `3.4 GB`."""
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    if count >= 1e6:
        return f"{count / 1e6:.{0 if count >= 1e7 else 1}f} MB"
    return f"{count / 1e3:.0f} kB"
