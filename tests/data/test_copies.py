from dataclasses import dataclass

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graycolor.data.copies import ALIKE_BITS, COPY_BITS, find_copies, near_pairs
from graycolor.data.filters import DUPLICATE, NEAR, thumbnail
from graycolor.data.screen import perceptual_hash


@dataclass
class Picture:
    digest: str
    likeness: int
    pixels: int = 100


def flipped(value, bits):
    for bit in bits:
        value ^= 1 << bit
    return value


BASE = 0x5A5A_1234_9ABC_DEF0


@given(st.lists(st.integers(0, 2**64 - 1), max_size=30), st.integers(0, 12), st.data())
def test_pairs_are_those_of_a_plain_search(values, distance, data):
    near = [flipped(v, data.draw(st.sets(st.integers(0, 63), max_size=distance + 1))) for v in values[:8]]
    hashes = np.unique(np.array(values + near, np.uint64))
    expected = {
        (i, j): (int(hashes[i]) ^ int(hashes[j])).bit_count()
        for i in range(len(hashes))
        for j in range(i + 1, len(hashes))
    }
    pairs, distances = near_pairs(hashes, distance)

    found = {(int(i), int(j)): int(d) for (i, j), d in zip(pairs, distances, strict=True)}
    assert found == {pair: d for pair, d in expected.items() if d <= distance}


def test_an_exact_copy_is_left_out_for_the_first():
    copies = find_copies([Picture("aa", 1), Picture("bb", BASE), Picture("bb", BASE)])

    assert copies.left_out == {2: (DUPLICATE, 1)}


def test_of_near_copies_the_largest_stays():
    near = flipped(BASE, range(COPY_BITS))
    copies = find_copies([Picture("aa", BASE, 100), Picture("bb", near, 900), Picture("cc", ~BASE % 2**64)])

    assert copies.left_out == {0: (NEAR, 1)}


def test_alike_pictures_stay_and_share_a_group():
    alike = flipped(BASE, range(ALIKE_BITS))
    copies = find_copies([Picture("bb", BASE), Picture("aa", alike), Picture("00", ~BASE % 2**64)])

    assert not copies.left_out
    assert copies.group == ["aa", "aa", "00"]


def test_chains_of_alike_pictures_share_a_group():
    chain = [flipped(BASE, range(ALIKE_BITS * step)) for step in range(4)]
    copies = find_copies([Picture(f"{9 - place}", value) for place, value in enumerate(chain)])

    assert copies.group == ["6"] * 4


def test_a_chain_longer_than_a_scene_is_a_kind_and_holds_by_closer_likeness():
    """Pairs of six bits, strung together by eight: what portraits do by the hundred."""
    far = [0]
    for step in range(39):
        bits = range(8 * (step % 8), 8 * (step % 8) + (6 if step % 2 == 0 else 8))
        far.append(flipped(far[-1], bits))
    kind = find_copies([Picture(f"{place:03d}", BASE ^ value) for place, value in enumerate(far)]).group
    scene = find_copies([Picture(f"{place:03d}", BASE ^ value) for place, value in enumerate(far[:8])]).group

    assert len(set(scene)) == 1
    assert kind[::2] == kind[1::2]
    assert len(set(kind)) > 4


def test_a_copy_among_a_hundred_thousand_is_found():
    hashes = np.sort(np.unique(np.random.default_rng(0).integers(0, 2**64, 100_000, np.uint64)))
    hashes[-1] = hashes[5] ^ np.uint64(0b1011)
    pairs, distances = near_pairs(hashes, COPY_BITS)

    assert [5, len(hashes) - 1] in pairs.tolist()
    assert distances.max() <= COPY_BITS


def test_a_recompressed_shrunken_photograph_has_nearly_the_same_hash(examples):
    rgb = cv2.imread(str(next(examples.glob("*.jpg"))))
    small = cv2.resize(rgb, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    rough = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 40])[1], cv2.IMREAD_COLOR)

    assert (perceptual_hash(thumbnail(rgb)) ^ perceptual_hash(thumbnail(rough))).bit_count() <= COPY_BITS


def test_other_photographs_have_other_hashes(painted):
    hashes = [perceptual_hash(thumbnail(painted(seed))) for seed in range(12)]

    assert min((a ^ b).bit_count() for i, a in enumerate(hashes) for b in hashes[:i]) > ALIKE_BITS
