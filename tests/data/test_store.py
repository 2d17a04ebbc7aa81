import io
import tarfile

import numpy as np
import pytest
from PIL import Image

from graycolor.data.store import PhotoStore, build_store, decode_photo, photos_in
from graycolor.errors import DatasetError


def png(height, width, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return pixels, buffer.getvalue()


def test_photographs_come_back_pixel_for_pixel(tmp_path):
    pictures = [png(20 + i, 50 - i, i) for i in range(4)]
    build_store(tmp_path / "s", ((f"{i}.png", data) for i, (_, data) in enumerate(pictures)), max_side=100)
    store = PhotoStore.open(tmp_path / "s")

    assert list(store.names) == ["0.png", "1.png", "2.png", "3.png"]
    for index, (pixels, _) in enumerate(pictures):
        assert np.array_equal(store[index], pixels)


def test_the_short_side_is_shrunk_and_the_aspect_kept():
    assert decode_photo(png(300, 600, 0)[1], 100).shape == (100, 200, 3)
    assert decode_photo(png(30, 60, 0)[1], 100).shape == (30, 60, 3)


def test_tars_and_folders_are_read_in_order(tmp_path):
    folder = tmp_path / "cats"
    folder.mkdir()
    (folder / "b.png").write_bytes(png(9, 9, 0)[1])
    (folder / "notes.txt").write_text("no picture")
    with tarfile.open(tmp_path / "dogs.tar", "w") as tar:
        tar.add(folder / "b.png", "dogs-1.png")
        tar.add(folder / "notes.txt", "notes.txt")

    assert [name for name, _ in photos_in([folder, tmp_path / "dogs.tar"])] == ["cats-b.png", "dogs-1.png"]


def test_half_a_store_is_refused(tmp_path):
    build_store(tmp_path / "s", [("a.png", png(20, 20, 0)[1])], max_side=100)
    data = (tmp_path / "s.rgb").read_bytes()
    (tmp_path / "s.rgb").write_bytes(data[:-10])

    with pytest.raises(DatasetError, match="does not match"):
        PhotoStore.open(tmp_path / "s")
    with pytest.raises(DatasetError, match="build it again"):
        PhotoStore.open(tmp_path / "nowhere")


def test_many_photographs_stay_in_order(tmp_path):
    pictures = {f"{i}.png": png(8 + i % 5, 9, i) for i in range(150)}
    store = build_store(tmp_path / "s", ((name, data) for name, (_, data) in pictures.items()), max_side=100)

    assert list(store.names) == list(pictures)
    assert all(np.array_equal(store[i], pixels) for i, (pixels, _) in enumerate(pictures.values()))


def test_a_photograph_that_cannot_be_decoded_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"b\.png cannot be decoded"):
        build_store(tmp_path / "s", [("a.png", png(20, 20, 0)[1]), ("b.png", b"no picture")], max_side=100)
