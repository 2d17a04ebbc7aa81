"""Long animations are written in parts that are joined, or handed over frame by frame: the same pictures and times."""

import io

import numpy as np
import pytest
from PIL import Image

from graycolor.pictures import frames as frames_module
from graycolor.pictures.frames import decode_source, encode_frames
from graycolor.pictures.structure import gif_blocks, png_chunks

RNG = np.random.default_rng(5)
SCENE = np.kron(RNG.integers(0, 256, (6, 8), np.uint8), np.ones((8, 8), np.uint8))
COUNT = 7


def animation(image_format, *, still=(), alpha=False):
    pictures = [np.roll(SCENE, 5 * (0 if number in still else number), 1) for number in range(COUNT)]
    if alpha:
        pictures = [np.dstack([each] * 3 + [np.where(SCENE > 99, 255, 0).astype(np.uint8)]) for each in pictures]
    images = [Image.fromarray(each) for each in pictures]
    buffer = io.BytesIO()
    durations = [40 + 10 * number for number in range(COUNT)]
    images[0].save(
        buffer, image_format, save_all=True, append_images=images[1:], duration=durations, loop=3, lossless=True
    )
    return buffer.getvalue()


def written(data, image_format):
    source = decode_source(data, "x")
    colored = ((np.dstack([each.gray, each.gray // 2, 255 - each.gray]).astype(np.uint8), each) for each in source)
    return encode_frames(colored, source, image_format)


def seen(data):
    """What a viewer shows, and for how long."""
    with Image.open(io.BytesIO(data)) as image:
        for number in range(image.n_frames):
            image.seek(number)
            yield np.asarray(image.convert("RGBA")).tobytes(), image.info["duration"]


def merged(shown):
    """Frames that show the same are one."""
    result = []
    for pixels, duration in shown:
        if result and result[-1][0] == pixels:
            result[-1] = (pixels, result[-1][1] + duration)
        else:
            result.append((pixels, duration))
    return result


@pytest.mark.parametrize("at_once", [1, 2, 3])
@pytest.mark.parametrize("still", [(), (1, 2, 3), (4, 5)])
@pytest.mark.parametrize(("source", "target"), [("PNG", "PNG"), ("GIF", "GIF"), ("WEBP", "PNG"), ("GIF", "PNG")])
def test_parts_that_are_joined_show_what_the_whole_would(monkeypatch, source, target, still, at_once):
    data = animation(source, still=still)
    whole = written(data, target)

    monkeypatch.setattr(frames_module, "_AT_ONCE", at_once * SCENE.size)
    joined = written(data, target)

    assert joined != whole or still
    assert merged(seen(joined)) == merged(seen(whole))
    with Image.open(io.BytesIO(joined)) as image, Image.open(io.BytesIO(whole)) as other:
        assert image.info.get("loop") == other.info.get("loop")


@pytest.mark.parametrize("target", ["PNG", "GIF", "WEBP"])
def test_transparent_frames_are_joined_too(monkeypatch, target):
    data = animation("PNG", alpha=True)
    whole = written(data, target)

    monkeypatch.setattr(frames_module, "_AT_ONCE", 2 * SCENE.size)

    assert merged(seen(written(data, target))) == merged(seen(whole))


def test_webp_takes_one_frame_after_the_other():
    """Decoded, colored, encoded: no more than a few frames wait."""
    source = decode_source(animation("WEBP"), "x")
    waiting, most = 0, 0

    def colored():
        nonlocal waiting, most
        for each in source:
            waiting += 1
            most = max(most, waiting)
            yield np.dstack([each.gray] * 3).astype(np.uint8), each
            waiting -= 1

    result = encode_frames(colored(), source, "WEBP")

    assert most == 1
    assert [duration for _, duration in seen(result)] == [40, 50, 60, 70, 80, 90, 100]


def test_a_joined_png_says_how_many_frames_it_has(monkeypatch):
    monkeypatch.setattr(frames_module, "_AT_ONCE", SCENE.size)
    data = written(animation("PNG"), "PNG")

    kinds = [kind for kind, _ in png_chunks(data)]
    numbers = [int.from_bytes(data[at : at + 4], "big") for kind, at in png_chunks(data) if kind in (b"fcTL", b"fdAT")]

    assert (kinds.count(b"acTL"), kinds.count(b"fcTL"), kinds[-1]) == (1, COUNT, b"IEND")
    assert numbers == list(range(len(numbers)))


def test_blocks_of_a_gif_follow_each_other():
    data = animation("GIF")
    blocks = list(gif_blocks(data))

    assert [start for _, start, _ in blocks[1:]] == [end for _, _, end in blocks[:-1]]
    assert blocks[-1][2] == len(data) - 1
