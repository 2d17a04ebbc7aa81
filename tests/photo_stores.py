"""Stores of decoded photographs, made of encoded ones for the tests."""

from graycolor.data.store import PhotoStore, decode_photos, write_store


def build_store(path, photos, *, max_side):
    """Photographs (names and bytes) as a store at `path`, their short side no longer than `max_side`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_store(path, decode_photos(photos, max_side))
    return PhotoStore.open(path)
