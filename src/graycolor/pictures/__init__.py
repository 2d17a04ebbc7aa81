"""Still files to `Picture` and back: the gray, its depth and all that travels with it. Knows no network."""
