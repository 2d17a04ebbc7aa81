"""Color as numbers: sRGB and Lab, the gamut, and the scalings of the founding report. No torch import anywhere in it."""
