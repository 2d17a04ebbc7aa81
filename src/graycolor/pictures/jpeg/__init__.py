"""JPEG: taken apart and put together again without decoding what stays."""
