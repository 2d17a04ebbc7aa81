"""What is fuzzed: for every decoder of ours its samples, and a function that takes bytes and must end well.

To end well is to return, or to raise a `GraycolorError` (or what the docstring of an inner function names).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis.strategies import SearchStrategy

from fuzz import corpus, documents
from fuzz.mutations import mutated, mutated_json

Samples = Callable[[], Sequence[bytes]]

_PIXELS = 2_000_000
"""Larger pictures are refused in every target: their bounds are other tests' business, and each costs a second."""


@dataclass(frozen=True)
class Target:
    """One thing to fuzz.

    Attributes:
        run: takes a mutated file's bytes.
        samples: the good files.
        strategy: how they are mutated.
        expected: exceptions that `run` may raise besides `GraycolorError`, by their names.
    """

    run: Callable[[bytes], object]
    samples: Samples
    strategy: Callable[[Sequence[bytes]], SearchStrategy[bytes]] = mutated
    expected: frozenset[str] = frozenset()


def _path(data: bytes, name: str) -> Path:
    """The bytes as a file in this process's own folder, over the one of the case before."""
    path = Path(os.environ.get("FUZZ_FOLDER") or tempfile.gettempdir(), f"{os.getpid()}-{name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _photograph(data: bytes) -> None:
    """A picture all the way: read, given colors, written in its own format, and read again."""
    from graycolor.pictures.encode_result import encode_colored
    from graycolor.pictures.formats import FORMATS
    from graycolor.pictures.frames import Frames, decode_source

    source = decode_source(data, "a picture", max_pixels=_PIXELS)
    image_format = source.format if source.format in FORMATS else "PNG"
    if isinstance(source, Frames):
        result = _frames(source, image_format)
    else:
        result = encode_colored(source, _AB, image_format, _options()).data
    decode_source(result, "a result", max_pixels=4 * _PIXELS)


_AB = np.dstack(np.meshgrid(np.linspace(-40, 40, 12), np.linspace(-40, 40, 8))).astype(np.float32)


def _options() -> object:
    from graycolor.pictures.encode_result import WriteOptions
    from graycolor.pictures.metadata.mark import Mark

    return WriteOptions(mark=Mark("2.0.0", "0123456789abcdef"))


def _frames(source: object, image_format: str) -> bytes:
    from graycolor.pictures.encode_result import colors, with_own_metadata
    from graycolor.pictures.frames import encode_frames

    if len(source) > 50:  # nothing new comes of more, and each takes its time
        return encode_frames([], source, "BMP")
    options = _options()
    colored = ((colors(each, _AB, image_format), with_own_metadata(each, options)) for each in source)
    return encode_frames(colored, source, image_format)


def _jpeg_parts(data: bytes) -> None:
    """Markers and splicing, without a decoder that refuses most of it before."""
    from graycolor.data.bare_jpeg import bare_jpeg
    from graycolor.pictures.jpeg.header import header_segments, photoshop_block
    from graycolor.pictures.jpeg.markers import Jpeg, frame_of, put_together, restart_interval, tables_of
    from graycolor.pictures.jpeg.splice import is_header, luma_source, spliced
    from graycolor.pictures.metadata.record import Metadata

    bare_jpeg(data)
    segments, behind = Jpeg(data).parts
    again = Jpeg(put_together(segments, behind)).parts
    assert again == (segments, behind), "what was taken apart and put together is not the same"
    tables_of(segments), restart_interval(segments), photoshop_block(segments)
    header_segments(Metadata(segments=tuple(each for each in segments if is_header(each))), for_new_file=True)
    frame = frame_of(segments)
    source = luma_source(Jpeg(data))
    if frame.width * frame.height < _PIXELS:
        chroma = np.full(source.chroma_shape, 120, np.uint8)
        spliced(source, chroma, chroma, source.header)


def _boxes(data: bytes) -> None:
    from graycolor.pictures.metadata.jp2_boxes import from_boxes, with_boxes
    from graycolor.pictures.metadata.record import Metadata

    with_boxes(data, from_boxes(Metadata(dpi=(1.0, 1e9)), data))


def _exif(data: bytes) -> None:
    from graycolor.pictures.metadata.exif import PREFIX, has_tag, orientation_of, without_thumbnail

    block = PREFIX + data.removeprefix(PREFIX)
    assert 1 <= orientation_of(block) <= 8
    has_tag(block, 0x010E)
    assert len(without_thumbnail(block)) <= len(block), "a block grew"


def _iptc(data: bytes) -> None:
    from graycolor.pictures.metadata.iptc import as_text, iptc_records, resources_around

    resources_around(iptc_records(data) or b"")
    as_text(data)


def _xmp(data: bytes) -> None:
    import hashlib

    from graycolor.pictures.jpeg.markers import APP1, MarkerSegment
    from graycolor.pictures.metadata.mark import Mark, marked
    from graycolor.pictures.metadata.record import Metadata
    from graycolor.pictures.metadata.xmp_extended import whole_xmp

    half = len(data) // 2
    packet, further = data[:half] or data, data[half:]
    digest = hashlib.md5(further, usedforsecurity=False).hexdigest().upper().encode()
    packet = packet.replace(b"0123456789ABCDEF0123456789ABCDEF", digest)
    body = b"http://ns.adobe.com/xmp/extension/\0" + digest + bytes(8) + further
    metadata = Metadata(xmp=packet, segments=(MarkerSegment(APP1, body),))
    for each in (metadata, whole_xmp(metadata)):
        once = marked(each, Mark("2.0.0", "00"))
        marked(once, Mark("2.0.1", "01"), 5000)


def _profile(data: bytes) -> None:
    from PIL import Image

    from graycolor.pictures.light import light_of_codes
    from graycolor.pictures.profiles import to_srgb
    from graycolor.pictures.tone import gray_by_profile, tone_of_gray

    gray_by_profile(corpus.GRAY, data), gray_by_profile(corpus.COLOR, data), tone_of_gray(data)
    to_srgb(Image.fromarray(corpus.COLOR), data)
    for channels in (3, 4):
        light_of_codes(np.dstack([corpus.GRAY[:8]] * channels).astype(np.uint16), data)


def _settings(data: bytes) -> None:
    from graycolor.jobs.sidecar import read_sidecar

    read_sidecar(_path(data, "settings.json"))


def _hints(data: bytes) -> None:
    from graycolor.guidance.hints import read_hints

    for hint in read_hints(_path(data, "hints.json"))[:50]:
        hint.ab, hint.cells((100, 100), (25, 25))


def _words(data: bytes) -> None:
    from graycolor.errors import GraycolorError
    from graycolor.film.job.user_hints import FilmHint, FilmReference, Moment, seconds_of
    from graycolor.guidance.hints import Hint

    text = data.decode("utf-8", "surrogateescape")
    for parse in (Hint.parse, FilmHint.parse, FilmReference.parse, Moment.parse, seconds_of):
        try:
            parse(text)
        except GraycolorError:
            continue


def _manifest(data: bytes) -> None:
    from graycolor.data.dataset import open_dataset
    from graycolor.data.manifest import read_manifest

    folder = _path(data, "dataset/manifest.json").parent
    read_manifest(folder).reasons()
    open_dataset(folder)


def _journal(data: bytes) -> None:
    from graycolor.data.filters import FilterSettings
    from graycolor.data.journal import Journal
    from graycolor.data.screen import ScreenSettings

    out = _path(data, "prepared/.prepare/verdicts.jsonl").parents[1]
    _path(b"12345678", "prepared/.prepare/pictures.bin")
    journal = Journal(out, ScreenSettings("tar", 320, FilterSettings()))
    for entry in journal.entries.values():
        journal.read(entry)
    journal.close()


def _weights(data: bytes) -> None:
    from graycolor.network.weights import read_header

    read_header(_path(data, "own.safetensors"))


def _configuration(data: bytes) -> None:
    from graycolor.training.config import TrainConfig
    from graycolor.training.record import RunFolder

    config = RunFolder(_path(data, "run/config.json").parent).config()
    assert isinstance(config, TrainConfig)
    config.network()


def _history(data: bytes) -> None:
    from graycolor.jobs.runlog import RunLog

    with RunLog(_path(data, "run.jsonl"), {}, ""):
        pass


def _arrays(data: bytes) -> None:
    from graycolor.data.arrays import NAMES, check_arrays, open_arrays

    for name in NAMES:
        folder = _path(data, f"arrays/{name}").parent
    for row in check_arrays(folder):
        str(row)
    open_arrays(folder)


def _archive(data: bytes) -> None:
    from graycolor.data.filters import FilterSettings
    from graycolor.data.screen import ScreenSettings, judge
    from graycolor.data.sources import find_pictures

    suffix = "zip" if data[:2] == b"PK" else "tar"
    found = find_pictures([_path(data, f"archive.{suffix}")], out=Path("/nowhere"))
    for origin in found[:20]:
        if origin.size < _PIXELS:
            judge(origin, ScreenSettings("tar", 64, FilterSettings(0, 1)))


def _packets(data: bytes) -> None:
    from graycolor.film.output.packets import decoding_times, read_packets, read_times

    path = _path(data, "000000.packets")
    times = list(read_times(path))
    if times:
        decoding_times(times, 512)
    list(read_packets(path))


def _film(data: bytes) -> None:
    from graycolor.film.source.probe import probe
    from graycolor.film.source.read import FrameReader

    film = probe(_path(data, "film"))
    if film.width * film.height < _PIXELS:
        for number, _ in enumerate(FrameReader(film).frames()):
            if number > 20:
                break


def _pdf(data: bytes) -> None:
    """A document all the way: its pages read, given pictures in color, and saved."""
    import cv2

    from graycolor.pdf.document import Document

    with closing(Document(_path(data, "scans.pdf"), _PIXELS)) as document:
        for page in document.pages():
            if page.number > 20:
                break
            shape = (*page.picture.gray.shape[:2], 3)
            document.place(page, cv2.imencode(".jpg", np.full(shape, 90, np.uint8))[1].tobytes(), "JPEG")
        document.save(_path(b"", "result.pdf"))


def _dicom(data: bytes) -> None:
    from graycolor.values.read_values import read_values

    read_values(_path(data, "scan.dcm"), max_pixels=_PIXELS)


def _scan(data: bytes) -> None:
    """A frame of a film scan all the way: read, given colors, written in its own codes, and read again."""
    from fractions import Fraction

    from graycolor.film.output.encode_frame import FrameSettings, encode_frame
    from graycolor.film.output.frame_losses import not_kept
    from graycolor.film.source import dpx, exr
    from graycolor.film.source.frame_file import read_frame
    from graycolor.film.source.sequence import told_rate
    from graycolor.pictures.encode_result import WriteOptions

    kind = exr if data[:4] == exr.MAGIC else dpx
    header = kind.read_header(data, "a frame")
    if header.size[0] * header.size[1] > _PIXELS:
        return
    frame = read_frame(_path(data, "frame"))
    told_rate(frame)
    settings = FrameSettings(Path("frame-%d"), "EXR" if kind is exr else "DPX", WriteOptions(), Fraction(24))
    list(not_kept(frame, settings))
    again = read_frame(_path(encode_frame(frame, _AB, settings), "again"))
    assert again.scan.header.timecode == header.timecode, "the timecode changed"
    assert again.picture.gray.shape == header.size[::-1], "the size changed"


_UNKNOWN = frozenset({"UnknownShapeError", "InterleavedError"})

TARGETS: dict[str, Target] = {
    "jpeg": Target(_photograph, corpus.jpegs),
    "jpeg-parts": Target(_jpeg_parts, corpus.jpegs, expected=_UNKNOWN),
    "png": Target(_photograph, corpus.pngs),
    "gif": Target(_photograph, corpus.gifs),
    "tiff": Target(_photograph, corpus.tiffs),
    "jp2": Target(_photograph, corpus.jp2s),
    "jp2-boxes": Target(_boxes, corpus.jp2s),
    "webp": Target(_photograph, corpus.webps),
    "avif": Target(_photograph, corpus.avifs),
    "pixmap": Target(_photograph, corpus.pixmaps),
    "exif": Target(_exif, lambda: (corpus.exif(),)),
    "iptc": Target(_iptc, lambda: (corpus.RESOURCES,)),
    "xmp": Target(_xmp, lambda: (corpus.XMP * 2,)),
    "profile": Target(_profile, corpus.profiles),
    "settings": Target(_settings, corpus.settings, mutated_json),
    "hints": Target(_hints, corpus.hints, mutated_json),
    "words": Target(_words, corpus.words),
    "manifest": Target(_manifest, corpus.manifests, mutated_json),
    "journal": Target(_journal, corpus.journals),
    "weights": Target(_weights, corpus.weights),
    "configuration": Target(_configuration, corpus.configurations, mutated_json),
    "run-log": Target(_history, corpus.histories),
    "arrays": Target(_arrays, corpus.arrays),
    "archive": Target(_archive, corpus.archives),
    "packets": Target(_packets, corpus.packets),
    "film": Target(_film, corpus.films),
    "pdf": Target(_pdf, documents.pdfs),
    "dicom": Target(_dicom, documents.dicoms),
    "scan": Target(_scan, corpus.scans),
}
