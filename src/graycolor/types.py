"""Arrays by what they hold; shapes stand where they are used."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
"""Lab, chroma, light: whatever is computed with."""
Codes = NDArray[np.uint8] | NDArray[np.uint16]
"""Gray or sRGB as it is stored, of 8 or 16 bits."""
