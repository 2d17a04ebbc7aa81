"""Arrays by what they hold; shapes stand where they are used."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
"""Lab, chroma, light: whatever is computed with."""
Codes = NDArray[np.uint8] | NDArray[np.uint16]
"""Gray or sRGB as it is stored, of 8 or 16 bits."""
Codes8 = NDArray[np.uint8]
"""Codes of 8 bits, of whatever they are."""
Gray = NDArray[np.uint8]
"""A gray picture of 8 bits, such as the network and the flow of a film see."""
Reals = NDArray[np.floating]
"""Figures of whichever precision they came in."""
AnyCodes = NDArray[Any]
"""Codes of 8 or 16 bits, where what comes back is of the type that was given."""
