"""Small good files of every kind, drawn by code: what the mutations begin with."""

from __future__ import annotations

import io
import json
import struct
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageCms, PngImagePlugin

_RNG = np.random.default_rng(27)
GRAY = cv2.GaussianBlur(_RNG.integers(0, 256, (24, 40), np.uint8), (0, 0), 2)
COLOR = np.dstack([GRAY, np.roll(GRAY, 5, 0), np.roll(GRAY, 5, 1)])
DEEP = GRAY.astype(np.uint16) * 257
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" '
    b'xmpNote:HasExtendedXMP="0123456789ABCDEF0123456789ABCDEF"><dc:title>attic</dc:title></rdf:Description>'
    b"</rdf:RDF></x:xmpmeta>" + b" " * 80 + b'<?xpacket end="w"?>'
)
RECORDS = b"\x1c\x02\x05\x00\x05attic\x1c\x02\x78\x00\x03old"
RESOURCES = (
    b"8BIM"
    + struct.pack(">HHI", 0x0404, 0, len(RECORDS))
    + RECORDS
    + b"\0" * (len(RECORDS) % 2)
    + b"8BIM"
    + struct.pack(">HHI", 0x03ED, 0, 16)
    + bytes(16)
)


def exif() -> bytes:
    """An EXIF block with a directory of its own, GPS and a thumbnail."""
    block = Image.Exif()
    block[0x010F], block[0x0112], block[0x011A] = "Kodak", 6, 300.0
    block.get_ifd(0x8769)[0x9003] = "1936:03:01 12:00:00"
    block.get_ifd(0x8825)[1] = "N"
    data = block.tobytes()
    tiff = data.removeprefix(b"Exif\0\0")
    thumbnail = _saved(Image.fromarray(GRAY[:8, :8]), "JPEG")
    order = "<" if tiff[:2] == b"II" else ">"
    first = struct.unpack_from(order + "I", tiff, 4)[0]
    (count,) = struct.unpack_from(order + "H", tiff, first)
    tiff += bytes(len(tiff) % 2)
    second, start = len(tiff), len(tiff) + 2 + 24 + 4
    link = first + 2 + 12 * count
    entries = [(0x0201, 4, 1, start), (0x0202, 4, 1, len(thumbnail))]
    directory = (
        struct.pack(order + "H", 2) + b"".join(struct.pack(order + "HHII", *each) for each in entries) + bytes(4)
    )
    return b"Exif\0\0" + tiff[:link] + struct.pack(order + "I", second) + tiff[link + 4 :] + directory + thumbnail


def profile(gray: bool = False) -> bytes:
    """sRGB's profile as LittleCMS makes it; or a gray one with a curve, made by hand (ICC.1:2022)."""
    if not gray:
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    return _profile_of(b"GRAY", b"XYZ ", b"kTRC", curve)


def table_profile(space: bytes, channels: int) -> bytes:
    """A profile that is a look-up table to Lab (`mft2`) of two points for each channel."""
    ramp, identity = struct.pack(">HH", 0, 65535), struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    lab = np.linspace(0, 65280, 3 * 2**channels).astype(">u2").tobytes()
    head = b"mft2" + bytes(4) + bytes([channels, 3, 2, 0]) + identity + struct.pack(">HH", 2, 2)
    return _profile_of(space, b"Lab ", b"A2B0", head + ramp * channels + lab + ramp * 3)


def _profile_of(space: bytes, connection: bytes, tag: bytes, light: bytes) -> bytes:
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    text = b"desc" + bytes(4) + struct.pack(">I", 5) + b"gray\0" + bytes(79)
    parts, table, at = b"", b"", 128 + 4 + 12 * 3
    for name, content in ((tag, light), (b"wtpt", white), (b"desc", text)):
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", at + len(parts), len(content))
        parts += content
    head = struct.pack(">I4sI4s4s4s", 0, b"lcms", 0x02400000, b"mntr", space, connection)
    head += struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    whole = head.ljust(128, b"\0") + struct.pack(">I", 3) + table + parts
    return struct.pack(">I", len(whole)) + whole[4:]


def _saved(image: Image.Image, image_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def _moving(image_format: str, **options: object) -> bytes:
    further = [Image.fromarray(np.roll(GRAY, 9 * step, 1)) for step in (1, 2)]
    options = {"save_all": True, "append_images": further, "duration": 80, "loop": 0} | options
    return _saved(Image.fromarray(GRAY), image_format, **options)


def jpegs() -> Sequence[bytes]:
    """Gray and color, baseline and progressive, with all that travels in segments."""
    gray, color = Image.fromarray(GRAY), Image.fromarray(COLOR)
    plain = _saved(gray, "JPEG", exif=exif(), comment=b"attic", icc_profile=profile(gray=True), xmp=XMP, dpi=(300, 300))
    photoshop = b"Photoshop 3.0\0" + RESOURCES
    segment = b"\xff\xed" + struct.pack(">H", len(photoshop) + 2) + photoshop
    adobe = b"\xff\xee" + struct.pack(">H", 14) + b"Adobe\0\x64\0\0\0\0\0"
    return (
        plain,
        plain[:2] + segment + adobe + plain[2:],
        _saved(gray, "JPEG", progressive=True, restart_marker_blocks=2),
        _saved(gray, "JPEG", optimize=True, restart_marker_rows=1),
        _saved(color, "JPEG", exif=exif(), icc_profile=profile()),
        _saved(color, "JPEG", progressive=True, subsampling="4:2:2"),
        _saved(color.convert("CMYK"), "JPEG"),
        _in_scans_of_their_own(),
    )


def _in_scans_of_their_own() -> bytes:
    """A color JPEG of ours: one scan for each component."""
    from graycolor.pictures.jpeg.markers import Jpeg
    from graycolor.pictures.jpeg.splice import luma_source, spliced

    source = luma_source(Jpeg(_saved(Image.fromarray(GRAY), "JPEG")))
    chroma = np.full(source.chroma_shape, 140, np.uint8)
    return spliced(source, chroma, chroma, source.header)


def pngs() -> Sequence[bytes]:
    """Gray, color, 16 bits, palettes, text chunks, and animations."""
    text, color = PngImagePlugin.PngInfo(), Image.fromarray(COLOR)
    text.add_text("Comment", "attic")
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    text.add_text("Raw profile type iptc", f"\niptc\n{len(RESOURCES):8}\n{RESOURCES.hex()}\n")
    return (
        _saved(Image.fromarray(GRAY), "PNG", exif=exif(), pnginfo=text, icc_profile=profile(gray=True), dpi=(72, 72)),
        _saved(Image.fromarray(DEEP), "PNG", transparency=5),
        cv2.imencode(".png", np.dstack([DEEP] * 3))[1].tobytes(),
        _saved(Image.fromarray(COLOR).quantize(16), "PNG", transparency=3),
        _saved(Image.fromarray(np.dstack([GRAY, GRAY])), "PNG"),
        _moving("PNG"),
        _saved(color, "PNG", save_all=True, append_images=[color.rotate(180)], disposal=1, blend=0, default_image=True),
    )


def gifs() -> Sequence[bytes]:
    """Still and moving ones."""
    return (
        _saved(Image.fromarray(GRAY), "GIF", comment=b"attic"),
        _moving("GIF"),
        _moving("GIF", disposal=2, transparency=7),
    )


def tiffs() -> Sequence[bytes]:
    """Depths, compressions, tiles, planes, big ones, several pages, and tags that travel."""
    import tifffile

    def tiff(pixels: np.ndarray, **options: object) -> bytes:
        buffer = io.BytesIO()
        tifffile.imwrite(buffer, pixels, **options)
        return buffer.getvalue()

    gray = Image.fromarray(GRAY)
    return (
        _saved(gray, "TIFF", exif=exif(), dpi=(300, 300), icc_profile=profile(gray=True)),
        _saved(gray, "TIFF", compression="tiff_lzw", tiffinfo={270: "attic", 34377: RESOURCES, 700: XMP}),
        _saved(Image.fromarray(COLOR), "TIFF", compression="jpeg"),
        _saved(gray, "TIFF", save_all=True, append_images=[gray, gray]),
        tiff(DEEP, compression="adobe_deflate", predictor=True),
        tiff((GRAY / 255).astype(np.float32)),
        tiff((GRAY / 255).astype(np.float16)),
        tiff(np.stack([DEEP] * 3), photometric="rgb", planarconfig="separate"),
        tiff(np.dstack([DEEP] * 4), photometric="rgb", extrasamples=["unassalpha"]),
        tiff(np.tile(DEEP, (2, 2)), tile=(16, 16), bigtiff=True),
        tiff(np.stack([GRAY, GRAY]), photometric="minisblack", bigtiff=True),
        tiff(DEEP, byteorder=">", photometric="miniswhite"),
        _saved(gray, "TIFF", save_all=True, append_images=[gray], tiffinfo={254: 4, 330: 8}),
        tiff(np.stack([GRAY > 100] * 2), photometric="mask", subfiletype=1),
    )


def jp2s() -> Sequence[bytes]:
    """Boxes with metadata around a codestream; and a codestream alone."""
    from graycolor.pictures.metadata.jp2_boxes import with_boxes
    from graycolor.pictures.metadata.record import Metadata

    others = ((b"xml ", b"<mods/>"), (b"uuid", bytes(20)))
    metadata = Metadata(exif=exif(), xmp=XMP, dpi=(300.0, 300.0), photoshop=RESOURCES, boxes=others)
    plain = _saved(Image.fromarray(GRAY), "JPEG2000")
    return (
        with_boxes(plain, metadata),
        plain[plain.index(b"\xff\x4f\xff\x51") :],
        cv2.imencode(".jp2", np.tile(DEEP, (3, 2)))[1].tobytes(),
    )


def webps() -> Sequence[bytes]:
    """Lossy, lossless and moving ones."""
    gray = Image.fromarray(GRAY)
    return (
        _saved(gray, "WEBP", exif=exif(), xmp=XMP, icc_profile=profile()),
        _saved(gray, "WEBP", lossless=True),
        _moving("WEBP"),
    )


def avifs() -> Sequence[bytes]:
    """One with metadata, one that moves."""
    return (_saved(Image.fromarray(GRAY), "AVIF", exif=exif(), xmp=XMP, speed=10), _moving("AVIF", speed=10))


def pixmaps() -> Sequence[bytes]:
    """Portable pixmaps of every kind, and bitmaps."""
    gray = Image.fromarray(GRAY)
    small = " ".join(map(str, GRAY[:4, :4].ravel()))
    return (
        b"P5\n# attic\n40 24\n255\n" + GRAY.tobytes(),
        b"P5 40 24 65535\n" + DEEP.byteswap().tobytes(),
        b"P6 40 24 1023\n" + np.dstack([DEEP >> 6] * 3).byteswap().tobytes(),
        _saved(Image.fromarray(COLOR), "PPM"),
        f"P2\n4 4 255\n{small}\n".encode(),
        f"P3\n4 4 # old\n255\n{' '.join([small] * 3)}\n".encode(),
        b"P1\n4 2\n0 1 0 1 1 0 1 0\n",
        b"P4\n16 2\n\xaa\x55\xaa\x55",
        b"Pf\n4 4\n-1.0\n" + np.linspace(0, 1, 16, dtype=np.float32).tobytes(),
        _saved(gray, "BMP"),
        _saved(gray.convert("1"), "BMP"),
    )


def profiles() -> Sequence[bytes]:
    """Color profiles."""
    tables = (table_profile(space, channels) for space, channels in ((b"GRAY", 1), (b"RGB ", 3), (b"CMYK", 4)))
    return profile(), profile(gray=True), *tables


def settings() -> Sequence[bytes]:
    """Sidecars as `--save-settings` writes them."""
    from graycolor.guidance.hints import Hint
    from graycolor.jobs.photo_options import options_of
    from graycolor.jobs.sidecar import FORMAT, settings_of

    hints = (Hint("#aa3322", ((1.5, 2.0), (3.0, 4.0))), Hint("#00ff00", ((50.0, 20.0),), percent=True))
    said = settings_of(options_of({"hints": hints, "saturation": 1.5, "size": 256, "quality": 90}))
    told = {"format": FORMAT, "graycolor": "2.0.0", "weights": "0123456789abcdef", "input": "old.jpg"}
    whole = told | {"input_sha256": "00", "outputs": ["old-color.jpg"], "settings": said | {"format": "jpg"}}
    lead = {"file": "/nowhere/lead.jpg", "sha256": "00" * 32}
    return tuple(json.dumps(each).encode() for each in (whole, whole | {"settings": said | {"reference": lead}}))


def hints() -> Sequence[bytes]:
    """Hints as JSON, and as strokes on transparency."""
    strokes = np.zeros((12, 12, 4), np.uint8)
    strokes[2:5, 2:9], strokes[8, :] = (200, 30, 30, 255), (20, 200, 20, 255)
    listed = [{"x": 120, "y": "40%", "color": "#aa3322"}, {"x": "10%", "y": "40%", "color": "aa3322"}]
    pointed = {"hints": [{"points": [[1, 2], [3.5, 4]], "color": "#aa3322", "percent": True}]}
    return json.dumps(listed).encode(), json.dumps(pointed).encode(), _saved(Image.fromarray(strokes), "PNG")


def words() -> Sequence[bytes]:
    """What is said on the command line: hints, moments, times, references."""
    return b"120,80,#aa3322", b"50%,20%,#aa3322", b"1:30:50%,20%,#aa3322", b"12.5s", b"1:02:03.5", b"120:lead.jpg"


def manifests() -> Sequence[bytes]:
    """A dataset's manifest."""
    from dataclasses import asdict

    from graycolor.data.manifest import DataFile, Manifest

    files = [DataFile("train-000.tar", "train", 10, "00" * 32)]
    pictures = {"train": {"00.jpg": "a.jpg", "01.jpg": "b.jpg"}, "val": {}, "test": {}}
    left_out = [{"picture": "c.jpg", "reason": "small"}]
    counts = {"train": 2, "val": 0, "test": 0}
    manifest = Manifest("tar", {"size": 320}, counts, files, pictures, left_out)
    return (json.dumps(asdict(manifest)).encode(),)


def journals() -> Sequence[bytes]:
    """The lines of a preparation that was stopped, in the settings that the target opens them with."""
    heading = {"version": 1, "layout": "tar", "size": 320, "filters": {"min_colorfulness": 6.0, "min_side": 128}}
    line = {"key": "a|b", "digest": "00", "reason": "", "likeness": 1, "pixels": 2, "start": 0, "length": 4}
    return ("".join(json.dumps(each) + "\n" for each in (heading, line, line | {"key": "c"})).encode(),)


def weights() -> Sequence[bytes]:
    """A weights file of the smallest network, without most of its tensors."""
    from safetensors.numpy import save

    from graycolor.network.weights import default_path, read_header

    header = read_header(default_path()).to_strings()
    return (save({"a": np.zeros(2, np.float16), "b": np.zeros((2, 3), np.float32)}, header),)


def configurations() -> Sequence[bytes]:
    """Settings of a training run."""
    from graycolor.training.config import TrainConfig

    return TrainConfig.of("lite").to_json().encode(), TrainConfig.of("cnn", epochs=2).to_json().encode()


def histories() -> Sequence[bytes]:
    """A run log's lines."""
    return (b'{"time": "2026-01-01T00:00:00+00:00", "input": "a.jpg"}\n{"input": "b.jpg"}\n', b'{"half": ')


def arrays() -> Sequence[bytes]:
    """One of the founding report's arrays."""
    buffer = io.BytesIO()
    np.save(buffer, _RNG.integers(0, 256, (3, 8, 8), np.uint8))
    other = io.BytesIO()
    np.save(other, np.zeros((3, 8, 8, 2), np.uint8))
    return buffer.getvalue(), other.getvalue()


def archives() -> Sequence[bytes]:
    """A tar and a zip of photographs."""
    import tarfile
    import zipfile

    photo, tar, packed = _saved(Image.fromarray(COLOR), "JPEG"), io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as file:
        for name in ("a.jpg", "b/c.jpg"):
            member = tarfile.TarInfo(name)
            member.size = len(photo)
            file.addfile(member, io.BytesIO(photo))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", photo)
        archive.writestr("b/c.jpg", photo)
    return tar.getvalue(), packed.getvalue()


def packets() -> Sequence[bytes]:
    """Encoded pictures on their way into a film."""
    from graycolor.film.output.packets import PicturePacket, write_packet

    buffer = io.BytesIO()
    for number in range(4):
        write_packet(buffer, PicturePacket(number * 512, 512, number == 0, bytes(range(20))))
    return (buffer.getvalue(),)


def scans() -> Sequence[bytes]:
    """Frames of EXR, and of DPX: all depths, transparency, printing density, user data behind the headers."""
    from graycolor.film.output.write_dpx import dpx_bytes, fresh_header
    from graycolor.film.source.light_curves import Curve, video

    found = []
    for curve in (video(8), video(10), video(12), video(16), Curve("log", 10, 0.0, 1023.0)):
        codes = np.rint(COLOR[:12] * (curve.top / 255)).astype(np.uint16)
        header = fresh_header((40, 12), curve, Fraction(24), "01:02:03:04")
        found.append(dpx_bytes(codes, header))
        found.append(dpx_bytes(np.dstack([codes, codes[..., 0]]), header))
    extended = found[2][:2048] + b"user data" * 4 + found[2][2048:]
    extended = extended[:4] + struct.pack(">I", 2084) + extended[8:]
    log = bytearray(found[8])
    log[801] = 1
    return (*found, extended, bytes(log), *_light())


def _light() -> Sequence[bytes]:
    from graycolor.film.output.write_exr import exr_bytes, new_attributes

    light, alpha = (COLOR[:20] / 100).astype(np.float32), (GRAY[:20] / 255).astype(np.float32)
    attributes = new_attributes(Fraction(24), "01:02:03:04", Fraction(1))
    return tuple(
        exr_bytes(light, transparency, attributes, half=half, mark="")
        for half in (False, True)
        for transparency in (None, alpha)
    )


def films() -> Sequence[bytes]:
    """Very short films in the common containers and codecs, with a second track."""
    kinds = (
        ("mp4", "libx264", "yuv420p"),
        ("mkv", "ffv1", "gray"),
        ("avi", "mpeg4", "yuv420p"),
        ("mov", "prores_ks", "yuv422p10le"),
        ("webm", "libvpx", "yuv420p"),
        ("ts", "mpeg2video", "yuv420p"),
    )
    with tempfile.TemporaryDirectory() as folder:
        return tuple(_film(Path(folder) / f"film.{suffix}", codec, pixels) for suffix, codec, pixels in kinds)


def _film(path: Path, codec: str, pixels: str) -> bytes:
    import av

    with av.open(str(path), "w") as out:
        video = out.add_stream(codec, rate=25)
        video.width, video.height, video.pix_fmt, video.thread_count = 48, 32, pixels, 1
        video.time_base = Fraction(1, 25)
        out.metadata["title"] = "Old film"
        for number in range(5):
            gray = cv2.resize(np.roll(GRAY, number, 1), (48, 32))
            frame = av.VideoFrame.from_ndarray(np.dstack([gray] * 3), format="rgb24").reformat(format=pixels)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    return path.read_bytes()
