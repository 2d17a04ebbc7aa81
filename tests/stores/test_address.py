import pickle
import sys
from pathlib import Path, PurePosixPath

import pytest

from graycolor.errors import MissingPackageError, UsageError
from graycolor.stores.address import Address, is_address, is_plain, is_stored, place_of, without_file


def test_an_address_is_named_like_a_path_and_told_like_an_address():
    address = place_of("S3://bucket/scans/a b.jpg")

    assert str(address) == "s3://bucket/scans/a b.jpg"
    assert (address.scheme, address.name, address.stem, address.suffix) == ("s3", "a b.jpg", "a b", ".jpg")
    assert str(address.parent / "c.png") == "s3://bucket/scans/c.png"
    assert str(address.with_name("x-color.png")) == "s3://bucket/scans/x-color.png"
    assert address.below(place_of("s3://bucket")) == PurePosixPath("scans/a b.jpg")
    assert pickle.loads(pickle.dumps(address)) == address
    assert not isinstance(address, Path)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("a/b.jpg", Path("a/b.jpg")),
        ("file:///a/b%20c.jpg", Path("/a/b c.jpg")),
        ("memory://box/", Address("memory://box")),
    ],
)
def test_other_names_are_places_too(name, place):
    assert place_of(name) == place
    assert type(place_of(name)) is type(place)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("s3://me:secret@bucket/a", "holds a password"),
        ("s3://", "has no bucket"),
        ("s3:///a", "has no bucket"),
        ("s3://bucket/a//b.jpg", "empty or dotted parts"),
        ("s3://bucket/../b.jpg", "empty or dotted parts"),
        ("s3://bucket/./b.jpg", "empty or dotted parts"),
        ("ftp://host/a.jpg", "no ftp:// addresses"),
        ("file://host/a.jpg", "names no file of this machine"),
    ],
)
def test_what_is_no_place_is_refused(name, problem):
    with pytest.raises(UsageError, match=problem) as refusal:
        place_of(name)

    assert "secret" not in str(refusal.value)


def test_a_store_whose_package_is_missing_says_what_to_add(monkeypatch):
    monkeypatch.setitem(sys.modules, "gcsfs", None)

    with pytest.raises(MissingPackageError, match=r"An address of gs:// needs gcsfs.*install gcsfs$"):
        place_of("gcs://bucket/a.jpg")


def test_a_file_of_that_very_name_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("s3:/bucket").mkdir(parents=True)

    assert not is_address("s3://bucket")
    assert not is_stored("s3://bucket")
    assert place_of("s3://bucket") == Path("s3:/bucket")


def test_addresses_of_files_become_paths_and_keep_their_slash():
    assert without_file("file:///a/b/") == "/a/b/"
    assert without_file("file:///a/b.jpg") == "/a/b.jpg"
    assert without_file("s3://a/b/") == "s3://a/b/"


@pytest.mark.parametrize(
    ("name", "plain"), [("a/b.jpg", True), ("../b.jpg", False), ("/b.jpg", False), ("a\0b", False)]
)
def test_names_that_lead_elsewhere_are_told(name, plain):
    assert is_plain(PurePosixPath(name)) is plain
