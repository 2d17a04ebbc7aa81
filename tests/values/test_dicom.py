"""DICOM files, drawn by code: their values, and nothing of anybody."""

import json
import zlib

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from graycolor.cli.app import app
from graycolor.errors import BoundError, InputError, MissingPackageError, UsageError
from graycolor.values.read_values import read_measured, read_values

pydicom = pytest.importorskip("pydicom")

from pydicom.dataset import Dataset, FileMetaDataset  # noqa: E402
from pydicom.uid import (  # noqa: E402
    CTImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

CODES = (np.arange(20 * 30).reshape(20, 30) - 200).astype(np.int16)


def dicom(path, stored=CODES, syntax=ExplicitVRLittleEndian, **said):
    """A file of numbers (H,W) or (frames,H,W)."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if syntax is RLELossless else syntax
    ds.SOPClassUID, ds.SOPInstanceUID, ds.Modality = CTImageStorage, generate_uid(), "MR"
    ds.PatientName, ds.PatientID = "Doe^Jane", "secret-4711"
    ds.Rows, ds.Columns = stored.shape[-2:]
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated = ds.BitsStored = stored.itemsize * 8
    ds.HighBit, ds.PixelRepresentation = ds.BitsStored - 1, int(stored.dtype.kind == "i")
    if stored.ndim == 3:
        ds.NumberOfFrames = len(stored)
    ds.PixelData = stored.astype(stored.dtype.newbyteorder(">" if syntax == ExplicitVRBigEndian else "<")).tobytes()
    for keyword, value in said.items():
        setattr(ds, keyword, value)
    if syntax is RLELossless:
        ds.compress(RLELossless)
    ds.save_as(path, enforce_file_format=True, little_endian=syntax != ExplicitVRBigEndian, implicit_vr=False)
    return path


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
@pytest.mark.parametrize(
    "stored",
    [CODES, (CODES + 200).astype(np.uint16), (CODES % 256).astype(np.uint8), (CODES % 100).astype(np.int8)],
    ids=lambda codes: codes.dtype.name,
)
def test_a_file_gives_the_numbers_that_it_stores(tmp_path, stored, syntax):
    values = read_values(dicom(tmp_path / "a.dcm", stored, syntax))

    assert values.dtype == stored.dtype
    assert np.array_equal(values, stored)


def test_twelve_of_sixteen_bits_are_read(tmp_path):
    stored = (CODES + 200).astype(np.uint16) * 6
    values = read_values(dicom(tmp_path / "a.dcm", stored, BitsStored=12, HighBit=11))

    assert np.array_equal(values, stored)


def test_values_are_rescaled_and_come_with_unit_and_window(tmp_path):
    said = {
        "RescaleSlope": 2,
        "RescaleIntercept": -1024,
        "RescaleType": "HU",
        "WindowCenter": [40, 5],
        "WindowWidth": [400, 9],
    }
    measured = read_measured(dicom(tmp_path / "a.dcm", **said))

    assert np.array_equal(measured.values, CODES * 2.0 - 1024)
    assert (measured.unit, measured.window) == ("HU", (-160, 239))


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ({"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": 0}, "HU"),
        ({"Modality": "CT"}, ""),
        ({"Modality": "PT", "Units": "BQML"}, "BQML"),
        ({"RescaleType": "US"}, ""),
    ],
)
def test_a_unit_is_the_files_own(tmp_path, said, unit):
    assert read_measured(dicom(tmp_path / "a.dcm", **said)).unit == unit


@pytest.mark.parametrize(("function", "window"), [("LINEAR", (-0.5, 8.5)), ("LINEAR_EXACT", (-0.5, 9.5))])
def test_a_window_is_that_of_the_standard(tmp_path, function, window):
    path = dicom(tmp_path / "a.dcm", WindowCenter=4.5, WindowWidth=10, VOILUTFunction=function)

    assert read_measured(path).window == window


def test_one_frame_of_several_is_chosen_with_what_is_said_of_it(tmp_path):
    frames = np.stack([CODES, CODES + 5])
    own = []
    for slope in (1, 3):
        item, transform = Dataset(), Dataset()
        transform.RescaleSlope, transform.RescaleIntercept, transform.RescaleType = slope, 7, "mGy"
        item.PixelValueTransformationSequence = [transform]
        own.append(item)
    path = dicom(tmp_path / "a.dcm", frames, PerFrameFunctionalGroupsSequence=own)
    measured = read_measured(path, 2)

    assert np.array_equal(measured.values, frames[1] * 3.0 + 7)
    assert measured.unit == "mGy"
    with pytest.raises(UsageError, match="holds 2 pages; choose one"):
        read_values(path)


def test_padding_is_no_value(tmp_path):
    values = read_values(dicom(tmp_path / "a.dcm", PixelPaddingValue=-200, PixelPaddingRangeLimit=-190))

    assert np.isnan(values).sum() == 11
    assert np.nanmin(values) == -189


def test_nothing_of_the_patient_is_in_the_result(tmp_path):
    path = dicom(
        tmp_path / "a.dcm", RescaleSlope=1, RescaleIntercept=0, RescaleType="HU", WindowCenter=0, WindowWidth=100
    )
    done = CliRunner().invoke(app, ["values", str(path), "--range", "window", "--legend", "--json"])
    answer = json.loads(done.stdout)

    assert done.exit_code == 0, done.output
    assert (answer["low"], answer["high"], answer["unit"]) == (-50, 49, "HU")
    for name in ("a-viridis-color.png", "a-viridis-legend-color.png"):
        data = (tmp_path / name).read_bytes()
        with Image.open(tmp_path / name) as image:
            texts = str(image.info)
        assert "from -50 HU to 49 HU" in texts
        assert b"Doe" not in data
        assert "Doe" not in texts
        assert "4711" not in texts


def test_what_colors_by_value_do_not_tell_is_said(tmp_path):
    said = {"PhotometricInterpretation": "MONOCHROME1", "BurnedInAnnotation": "YES", "VOILUTFunction": "SIGMOID"}
    notes = " ".join(read_measured(dicom(tmp_path / "a.dcm", **said)).notes)

    assert all(word in notes for word in ("MONOCHROME1", "burned into", "SIGMOID"))


@pytest.mark.parametrize(
    ("said", "wrong", "sentence"),
    [
        ({"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3}, InputError, r"is in color \(RGB\)"),
        ({"Rows": 60_000, "Columns": 60_000}, BoundError, "claims 60000 x 60000 pixels"),
        ({"NumberOfFrames": 60_000}, BoundError, "claims 60,000 frames"),
        ({"Rows": 40}, InputError, "damaged|cut off|another picture"),
        ({"Rows": 0}, InputError, "does not say how large"),
        ({"ModalityLUTSequence": [Dataset()]}, InputError, "Modality LUT"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(tmp_path, said, wrong, sentence):
    with pytest.raises(wrong, match=sentence):
        read_values(dicom(tmp_path / "a.dcm", **said))


@pytest.mark.parametrize(
    ("at", "wrong"),
    [
        (b"\x08\x00\x60\x00CS", b"\x08\x00\x60\x00C\xff"),  # the modality, of a kind that nobody knows
        (b"\x28\x00\x50\x10DS\x04\x0040.0", b"\x28\x00\x50\x10DS\x04\x00\x800.0"),  # a window of no number
    ],
)
def test_an_element_that_is_damaged_is_one_sentence(tmp_path, at, wrong):
    path = dicom(tmp_path / "a.dcm", WindowCenter="40.0", WindowWidth="80.0")
    data = path.read_bytes()
    assert data.count(at) == 1
    path.write_bytes(data.replace(at, wrong))

    with pytest.raises(InputError, match="damaged"):
        read_values(path)


def test_files_without_pixels_cut_off_or_packed_as_a_whole_are_refused(tmp_path):
    path = dicom(tmp_path / "a.dcm")
    data = path.read_bytes()
    path.write_bytes(data[:400])
    with pytest.raises(InputError):
        read_values(path)
    path.write_bytes(data[:-300])
    with pytest.raises(InputError):
        read_values(path)
    deflated = "1.2.840.10008.1.2.1.99"
    path.write_bytes(data.replace(b"1.2.840.10008.1.2.1\0", deflated.encode()[:20]))
    ds = pydicom.dcmread(dicom(tmp_path / "b.dcm"))
    ds.file_meta.TransferSyntaxUID = deflated
    ds.save_as(path)
    with pytest.raises(InputError, match="packed as a whole"):
        read_values(path)
    del ds.PixelData
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.save_as(path)
    with pytest.raises(InputError, match="without a picture"):
        read_values(path)


def test_what_nothing_here_unpacks_is_said_with_what_would(tmp_path):
    path = dicom(tmp_path / "a.dcm")
    ds = pydicom.dcmread(path)
    ds.file_meta.TransferSyntaxUID = JPEGLSLossless
    ds.PixelData = pydicom.encaps.encapsulate([zlib.compress(CODES.tobytes())])
    ds["PixelData"].is_undefined_length = True
    ds.save_as(path)

    with pytest.raises(InputError, match=r"JPEG-LS Lossless.*which nothing that is installed unpacks"):
        read_values(path)


def test_a_missing_pydicom_is_one_sentence(tmp_path, monkeypatch):
    path = dicom(tmp_path / "a.dcm")
    monkeypatch.setattr("graycolor.packages.find_spec", lambda name: None if name == "pydicom" else object())

    with pytest.raises(MissingPackageError, match="Reading DICOM files needs pydicom, which is not installed"):
        read_values(path)
