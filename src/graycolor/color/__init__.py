"""Color as numbers: sRGB and Lab, the gamut, the scalings of the founding report. Nothing in it imports torch."""
