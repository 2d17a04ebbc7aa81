import numpy as np
import pytest

from graycolor.data.arrays import AB, GRAY, check_arrays, lab8, open_arrays, write_arrays
from graycolor.errors import DatasetError


@pytest.fixture
def folder(tmp_path, painted):
    labs = [lab8(painted(seed, 32, 32)) for seed in range(7)]
    write_arrays(tmp_path, iter(labs[:5]), iter(labs[5:]), (5, 2), 32)
    return tmp_path


def test_rows_go_with_their_parts(folder, painted):
    arrays = open_arrays(folder)

    assert [len(part) for part in (arrays.gray, arrays.ab1, arrays.ab2, arrays.ab3)] == [7, 3, 2, 2]
    assert arrays.train_count == 5
    for row in range(7):
        lab = lab8(painted(row, 32, 32))
        assert np.array_equal(arrays.gray[row], lab[..., 0])
        assert np.array_equal(arrays.ab(row), lab[..., 1:])


def test_photographs_are_rebuilt_from_gray_and_ab(folder, painted):
    difference = np.abs(open_arrays(folder).rgb(4).astype(int) - painted(4, 32, 32))

    assert difference.mean() < 3


def test_the_shape_check_says_what_is_there(folder):
    rows = check_arrays(folder)

    assert [row.name for row in rows] == [GRAY, *AB]
    assert [row.found for row in rows][:2] == ["(7, 32, 32) uint8", "(3, 32, 32, 2) uint8"]
    assert not any(row.problem for row in rows)


BROKEN = {
    "ab2.npy has pictures of 16 x 32": ("ab2.npy", np.zeros((2, 16, 32, 2), np.uint8)),
    "ab1.npy has 3 channels": ("ab1.npy", np.zeros((3, 32, 32, 3), np.uint8)),
    "ab3.npy holds float32": ("ab3.npy", np.zeros((2, 32, 32, 2), np.float32)),
    "ab3.npy has 3 dimensions": ("ab3.npy", np.zeros((2, 32, 32), np.uint8)),
    "gray_scale.npy has 9 pictures and ab1, ab2 and ab3 together have 7": (GRAY, np.zeros((9, 32, 32), np.uint8)),
    "gray_scale.npy is empty": (GRAY, np.zeros((0, 32, 32), np.uint8)),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_each_mismatch_is_refused_by_name(folder, sentence):
    name, array = BROKEN[sentence]
    np.save(folder / name, array)

    assert [row.name for row in check_arrays(folder) if row.problem] == [name]
    with pytest.raises(DatasetError, match=sentence):
        open_arrays(folder)


def test_all_mismatches_are_in_one_sentence(folder):
    (folder / "ab1.npy").unlink()
    (folder / "ab3.npy").write_bytes((folder / "ab3.npy").read_bytes()[:200])

    with pytest.raises(DatasetError, match=r"ab1.npy is missing; ab3.npy is damaged"):
        open_arrays(folder)


def test_pickles_are_refused(folder):
    np.save(folder / "ab1.npy", np.array([{}], object))

    with pytest.raises(DatasetError, match=r"ab1.npy is damaged"):
        open_arrays(folder)


@pytest.mark.parametrize("header", [b"{'descr': '|u1', (", b"{'descr': '|u1', 'fortran_order': False, 'shape': (-9,)}"])
def test_an_array_with_a_broken_header_is_damaged(folder, header):
    header = header.ljust(117) + b"\n"
    (folder / GRAY).write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(64))
    with pytest.raises(DatasetError, match=r"gray_scale\.npy is damaged"):
        open_arrays(folder)
