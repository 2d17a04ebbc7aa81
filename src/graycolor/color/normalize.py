"""The scaling of the founding report, which its networks and its two figures still have."""

from __future__ import annotations

AB_SCALE = 128.0
"""ab is divided by this; every sRGB color then lies within -1..1."""
