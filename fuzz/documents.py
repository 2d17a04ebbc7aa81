"""Small good PDFs of scans and DICOM files, drawn by code."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

import numpy as np

from fuzz.corpus import GRAY


def pdfs() -> Sequence[bytes]:
    """Scans as a JPEG, as packed numbers of 8 and of 1 bit, one of them beside words and turned, and page trees."""
    import cv2
    import pikepdf

    name = pikepdf.Name
    packed = [
        (cv2.imencode(".jpg", GRAY)[1].tobytes(), name.DCTDecode, 8),
        (zlib.compress(GRAY.tobytes()), name.FlateDecode, 8),
        (zlib.compress(np.packbits(GRAY > 100, axis=1).tobytes()), name.FlateDecode, 1),
    ]
    return (*(_pdf([each], words) for each in packed for words in (b"", b"BT (words) Tj ET ")), _pdf(packed, b""))


def _pdf(scans: Sequence[tuple[bytes, object, int]], words: bytes) -> bytes:
    import pikepdf

    name, pdf = pikepdf.Name, pikepdf.new()
    for data, filtered, bits in scans:
        image = pdf.make_stream(data, Type=name.XObject, Subtype=name.Image, ColorSpace=name.DeviceGray)
        image.Width, image.Height, image.Filter, image.BitsPerComponent = *GRAY.shape[::-1], filtered, bits
        page = pdf.add_blank_page(page_size=(200, 100))
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        page.obj.Contents = pdf.make_stream(b"q 200 0 0 100 0 0 cm /Im0 Do Q " + words)
        if words:
            page.obj.Rotate = 90
    file = io.BytesIO()
    pdf.save(file, object_stream_mode=pikepdf.ObjectStreamMode.disable, static_id=True)
    return file.getvalue()


def dicoms() -> Sequence[bytes]:
    """One frame and two, of whole numbers with and without a sign, as they are and packed by RLE."""
    from pydicom.uid import ExplicitVRLittleEndian, RLELossless

    codes = np.arange(12 * 16).reshape(12, 16)
    kinds = (codes.astype(np.uint16), (codes - 90).astype(np.int16), np.stack([codes.astype(np.uint8)] * 2))
    return tuple(_dicom(stored, rle) for stored in kinds for rle in (ExplicitVRLittleEndian, RLELossless))


def _dicom(stored: np.ndarray, syntax: str) -> bytes:
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, RLELossless

    file, said = io.BytesIO(), Dataset()
    said.file_meta = FileMetaDataset()
    said.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    said.SOPClassUID, said.SOPInstanceUID, said.Modality = CTImageStorage, "1.2.3.4", "CT"
    said.Rows, said.Columns = stored.shape[-2:]
    said.SamplesPerPixel, said.PhotometricInterpretation = 1, "MONOCHROME2"
    said.BitsAllocated = said.BitsStored = stored.itemsize * 8
    said.HighBit, said.PixelRepresentation = said.BitsStored - 1, int(stored.dtype.kind == "i")
    said.RescaleSlope, said.RescaleIntercept, said.WindowCenter, said.WindowWidth = 2, -100, [40, 60], [80, 90]
    if stored.ndim == 3:
        said.NumberOfFrames = len(stored)
    said.PixelData = stored.tobytes()
    if syntax == RLELossless:
        said.compress(RLELossless)
    said.save_as(file, enforce_file_format=True, little_endian=True, implicit_vr=False)
    return file.getvalue()
