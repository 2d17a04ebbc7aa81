"""Still files to `Picture` and back: the gray, its depth and everything that travels with it. Knows no network."""
