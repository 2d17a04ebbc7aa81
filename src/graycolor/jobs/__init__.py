"""The whole way for many files: find, read, color, write, one `Outcome` a file. Knows no training and no terminal."""
