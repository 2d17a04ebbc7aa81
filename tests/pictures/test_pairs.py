"""Every format and mode into every format: size, light, depth and alpha; and every kind of metadata: kept, or told."""

import io
from dataclasses import replace
from importlib.util import find_spec

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from graycolor.color.lab import rgb_to_lab
from graycolor.pictures.encode_result import LIGHTNESS, LUMA, LUMA_AGAIN, WriteOptions, encode_colored
from graycolor.pictures.formats import FORMATS
from graycolor.pictures.metadata.mark import SOURCE_TYPE, Mark
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.metadata.xmp_extended import whole_xmp
from graycolor.pictures.read import decode_picture

GRAY = cv2.resize(
    np.random.default_rng(1).integers(20, 236, (9, 11), np.uint8), (90, 70), interpolation=cv2.INTER_CUBIC
)
DEEP = GRAY.astype(np.uint16) * 257 + np.random.default_rng(2).integers(0, 200, GRAY.shape).astype(np.uint16)
ALPHA = np.tile(np.linspace(0, 255, 90).astype(np.uint8), (70, 1))
AB = cv2.resize(np.random.default_rng(3).normal(0, 25, (4, 5, 2)).astype(np.float32), (22, 17))
MARK = Mark("9.9", "cafe")
WRITABLE = [name for name in FORMATS if name != "HEIF" or find_spec("pillow_heif")]


def pillow(image, image_format, **options):
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def lab():
    transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    return ImageCms.applyTransform(Image.fromarray(np.dstack([GRAY] * 3)), transform)


def tiff(pixels, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **options)
    return buffer.getvalue()


L = Image.fromarray(GRAY)
SOURCES = {
    "1 PNG": pillow(L.convert("1"), "PNG"),
    "1 TIFF": pillow(L.convert("1"), "TIFF", compression="group4"),
    "L JPEG": pillow(L, "JPEG", quality=92),
    "L progressive JPEG": pillow(L, "JPEG", progressive=True),
    "L PNG": pillow(L, "PNG"),
    "L WebP": pillow(L, "WEBP", lossless=True),
    "L TIFF": pillow(L, "TIFF"),
    "L BMP": pillow(L, "BMP"),
    "L GIF": pillow(L, "GIF"),
    "L AVIF": pillow(L, "AVIF"),
    "L JPEG 2000": pillow(L, "JPEG2000"),
    "L PGM": pillow(L, "PPM"),
    "LA PNG": pillow(Image.fromarray(np.dstack([GRAY, ALPHA])), "PNG"),
    "LA TIFF": pillow(Image.fromarray(np.dstack([GRAY, ALPHA])), "TIFF"),
    "P PNG": pillow(L.convert("P"), "PNG"),
    "P TIFF": pillow(L.convert("P"), "TIFF"),
    "I;16 PNG": pillow(Image.fromarray(DEEP), "PNG"),
    "I;16 TIFF": tiff(DEEP),
    "I;16 PGM": pillow(Image.fromarray(DEEP), "PPM"),
    "I;16 JPEG 2000": cv2.imencode(".jp2", DEEP, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000])[1].tobytes(),
    "I TIFF": pillow(Image.fromarray(DEEP.astype(np.int32)), "TIFF"),
    "F TIFF": tiff((DEEP / 65535).astype(np.float32)),
    "F PFM": pillow(Image.fromarray((DEEP / 65535).astype(np.float32)), "PPM"),
    "RGB PNG": pillow(Image.fromarray(np.dstack([GRAY] * 3)), "PNG"),
    "RGB JPEG": pillow(Image.fromarray(np.dstack([GRAY] * 3)), "JPEG", quality=92),
    "RGBA WebP": pillow(Image.fromarray(np.dstack([GRAY, GRAY, GRAY, ALPHA])), "WEBP", lossless=True, exact=True),
    "RGBA JPEG 2000": pillow(Image.fromarray(np.dstack([GRAY, GRAY, GRAY, ALPHA])), "JPEG2000"),
    "RGB 16 PNG": cv2.imencode(".png", np.dstack([DEEP] * 3))[1].tobytes(),
    "RGBA 16 TIFF": tiff(np.dstack([DEEP] * 4), photometric="rgb", extrasamples=["unassalpha"]),
    "CMYK JPEG": pillow(L.convert("CMYK"), "JPEG", quality=92),
    "CMYK TIFF": pillow(L.convert("CMYK"), "TIFF"),
    "LAB TIFF": pillow(lab(), "TIFF"),
}


def shown(data, deep):
    """The samples (H,W,3 or 4) of a result, by whichever decoder is exact for them."""
    with Image.open(io.BytesIO(data)) as image:
        if image.format == "TIFF":
            return tifffile.imread(io.BytesIO(data))
        if not deep:
            return np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)[..., [2, 1, 0, 3][: 3 + (deep == "alpha")]]


def lightness(codes):
    top = np.iinfo(codes.dtype).max
    rgb = codes if codes.ndim == 3 else np.dstack([codes] * 3)
    return rgb_to_lab(rgb[..., :3] / top)[..., 0]


@pytest.mark.parametrize("target", WRITABLE)
@pytest.mark.parametrize("source", SOURCES)
def test_size_light_depth_and_alpha_of_every_pair(source, target):
    picture = decode_picture(SOURCES[source], "x")
    result = encode_colored(picture, AB, target, WriteOptions())
    deep = picture.depth == 16 and FORMATS[target].deep and not (target == "JPEG2000" and picture.alpha is not None)
    pixels = shown(result.data, deep and ("alpha" if picture.alpha is not None and FORMATS[target].alpha else "color"))

    assert pixels.shape[:2] == GRAY.shape
    assert pixels.dtype == (np.uint16 if deep else np.uint8)
    moved = np.abs(lightness(pixels) - lightness(picture.gray))
    if result.kept == LIGHTNESS:
        assert moved.max() <= (0.01 if deep else 0.31), "a step is 0.0015 and 0.55 at most; rounding is half of it"
    else:
        assert moved.mean() < (4 if target in ("GIF", "JPEG") else 1.6)
    if picture.alpha is None:
        assert pixels.shape[2] == 3
    elif FORMATS[target].alpha and target != "GIF":
        alpha = picture.alpha if pixels.dtype == picture.alpha.dtype else (picture.alpha // 257).astype(np.uint8)
        assert np.abs(pixels[..., 3].astype(int) - alpha).max() <= (2 if target == "HEIF" else 0)
    else:
        assert target == "GIF" or any("transparency" in note for note in result.notes)
    if picture.depth == 16 and not deep:
        assert any("8 of the 16 bits" in note for note in result.notes)


@pytest.mark.parametrize(
    ("source", "keep", "kept"),
    [
        ("L JPEG", "luma", LUMA),
        ("L progressive JPEG", "luma", LUMA),
        ("RGB JPEG", "luma", LUMA_AGAIN),
        ("L JPEG", "lightness", "lightness, encoded again"),
        ("CMYK JPEG", "luma", "lightness, encoded again"),
        ("L PNG", "luma", LIGHTNESS),
    ],
)
def test_which_light_is_kept_is_told(source, keep, kept):
    picture = decode_picture(SOURCES[source], "x")

    assert encode_colored(picture, AB, picture.format, WriteOptions(keep=keep)).kept == kept


def test_a_jpeg_of_another_shape_is_coded_anew_with_a_word():
    result = encode_colored(decode_picture(SOURCES["CMYK JPEG"], "x"), AB, "JPEG", WriteOptions())

    assert any("cannot be kept bit for bit (it has 4 components)" in note for note in result.notes)


def exif():
    block = Image.Exif()
    block[0x010F], block[0x0112] = "Kodak", 6
    block.get_ifd(0x8769).update({0x9003: "1938:07:01 12:00:00", 0x927C: b"MAKER\0" + bytes(range(90))})
    block.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.5)})
    return block.tobytes()


IPTC = b"8BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x69\0\x07Harvest"
TRAVELLING = {
    "EXIF": {"exif": exif(), "orientation": 6},
    "XMP": {
        "xmp": b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="attic"/></rdf:RDF>'
        b"</x:xmpmeta>"
    },
    "IPTC": {"photoshop": IPTC},
    "comment": {"comment": b"from the attic"},
    "texts": {"text": (("Author", "Anna"), ("Ort", "Köln"))},
    "resolution": {"dpi": (300.0, 240.0)},
    "JPEG 2000 boxes": {"boxes": ((b"xml ", b"<mods>Reel 12</mods>"), (b"uuid", bytes(range(16)) + b"of another"))},
}


def arrived(kind, data):
    """What a decoder finds of a kind of metadata in a result, as text in which the travelling words stand or not."""
    found = decode_picture(data, "x").metadata
    with Image.open(io.BytesIO(data)) as image:
        turned = 1 if image.format == "HEIF" else 6  # its decoder has turned it upright already
        described = str(image.getexif().get(0x010E, ""))
    if kind == "EXIF":
        block = Image.Exif()
        block.load(found.exif or b"")
        whole = block.get(0x010F) == "Kodak" and found.orientation == turned and 2 in block.get_ifd(0x8825)
        return whole and bytes(range(90)) in block.get_ifd(0x8769)[0x927C]
    if kind == "JPEG 2000 boxes":
        return found.boxes == TRAVELLING[kind]["boxes"]
    if kind == "resolution":
        return found.dpi is not None and np.allclose(found.dpi, (300, 240), atol=0.02)
    text = [found.comment or b"", found.xmp or b"", found.photoshop or b"", described.encode("latin-1", "replace")]
    words = b" ".join([*text, *(f"{key}: {value}".encode() for key, value in found.text)])
    return {"XMP": b'"attic"', "IPTC": b"Harvest", "comment": b"from the attic", "texts": b"Author: Anna"}[
        kind
    ] in words


@pytest.mark.parametrize("target", WRITABLE)
@pytest.mark.parametrize("kind", TRAVELLING)
def test_every_kind_of_metadata_is_kept_or_told(kind, target):
    plain = decode_picture(SOURCES["L PNG"], "x")
    picture = replace(plain, metadata=Metadata()._replace(**TRAVELLING[kind]))
    result = encode_colored(picture, AB, target, WriteOptions(mark=MARK))
    told = "comment" if kind == "texts" else kind

    assert arrived(kind, result.data) != any(f"no room for its {told}" in note for note in result.notes)


@pytest.mark.parametrize("target", WRITABLE)
def test_the_mark_is_in_every_result_that_holds_words_and_left_out_when_asked(target):
    picture = decode_picture(SOURCES["L PNG"], "x")
    with_mark, without, stripped = (
        encode_colored(picture, AB, target, options).data
        for options in (WriteOptions(mark=MARK), WriteOptions(), WriteOptions(mark=MARK, strip_metadata=True))
    )

    if target != "BMP":
        assert MARK.sentence.encode() in with_mark
    if "XMP" in FORMATS[target].holds:
        assert SOURCE_TYPE.encode() in with_mark
    assert b"graycolor" not in without
    assert stripped == without


def test_a_packet_without_room_for_the_mark_stays_and_a_comment_says_it():
    packet = TRAVELLING["XMP"]["xmp"].replace(b"attic", b"attic" * 13_030)
    picture = replace(decode_picture(SOURCES["L PNG"], "x"), metadata=Metadata(xmp=packet))
    found = decode_picture(encode_colored(picture, AB, "JPEG", WriteOptions(mark=MARK)).data, "x").metadata

    assert len(packet) > 65_200
    assert found.xmp == packet
    assert found.comment == MARK.sentence.encode()


def test_the_mark_takes_the_room_that_a_packet_has_to_spare():
    packet = b'<?xpacket begin="" id="W5"?>' + TRAVELLING["XMP"]["xmp"] + b" " * 2000 + b'<?xpacket end="w"?>'
    picture = replace(decode_picture(SOURCES["L PNG"], "x"), metadata=Metadata(xmp=packet))
    found = decode_picture(encode_colored(picture, AB, "PNG", WriteOptions(mark=MARK)).data, "x").metadata.xmp

    assert len(found) == len(packet)
    assert MARK.sentence.encode() in found


def extended(name):
    """A JPEG whose XMP goes on in two further segments."""
    import hashlib
    import struct

    head = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    further = head + b'xmlns:dc="urn:dc"><rdf:Description dc:more="' + b"y" * 300 + b'"/></rdf:RDF></x:xmpmeta>'
    digest = hashlib.md5(further).hexdigest().upper().encode()
    main = head + b'><rdf:Description xmlns:xmpNote="urn:n" xmpNote:HasExtendedXMP="' + digest
    main += b'" xmpNote:x="1"/></rdf:RDF></x:xmpmeta>'
    bodies = [b"http://ns.adobe.com/xap/1.0/\0" + main]
    for place in (200, 0):  # in any order
        piece = further[place : place + 200] if place == 0 else further[place:]
        bodies.append(name + b"\0" + digest + struct.pack(">II", len(further), place) + piece)
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body for body in bodies)
    return SOURCES["L JPEG"][:20] + segments + SOURCES["L JPEG"][20:]


def test_long_xmp_stays_in_two_parts_in_a_jpeg_and_becomes_one_elsewhere():
    data = extended(b"http://ns.adobe.com/xmp/extension/")
    picture = decode_picture(data, "x")
    jpeg, png = (encode_colored(picture, AB, target, WriteOptions(mark=MARK)).data for target in ("JPEG", "PNG"))

    assert b"HasExtendedXMP" in jpeg
    assert jpeg.count(b"/xmp/extension/\0") == 2
    joined = decode_picture(png, "x").metadata.xmp
    assert b"y" * 300 in joined
    assert b'xmlns:dc="urn:dc"' in joined
    assert b"HasExtendedXMP" not in joined


@pytest.mark.parametrize("run", [b" ", b"x", b"rdf:about=", b"a:b=<", b'xmlns:graycolor="'], ids=repr)
def test_half_a_megabyte_of_anything_in_the_xmp_is_passed_through_at_once(run):
    """Takes hours where a pattern looks through a long run again from each of its places."""
    packet = TRAVELLING["XMP"]["xmp"] + b"<rdf:Description " + run * (500_000 // len(run))
    picture = replace(decode_picture(SOURCES["L PNG"], "x"), metadata=whole_xmp(Metadata(xmp=packet)))
    found = decode_picture(encode_colored(picture, AB, "PNG", WriteOptions(mark=MARK)).data, "x").metadata.xmp

    assert found.endswith(run)
    assert MARK.sentence.encode() in found


SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 40))
KINDS = st.sampled_from(["L PNG", "LA PNG", "L TIFF", "LA TIFF", "I;16 TIFF", "I;16 PNG", "L WebP", "L BMP"])


@settings(max_examples=60)
@given(shape=SHAPES, kind=KINDS, seed=st.integers(0, 99))
def test_any_size_and_mode_keeps_its_size_light_and_alpha(shape, kind, seed):
    """L of every pixel within half a step of its depth."""
    rng = np.random.default_rng(seed)
    mode, image_format = kind.split(" ")
    channels = (rng.integers(0, 65536 if "16" in mode else 256, (*shape, 2))).astype(
        np.uint16 if "16" in mode else np.uint8
    )
    image = Image.fromarray(channels if mode == "LA" else np.ascontiguousarray(channels[..., 0]))
    options = {"lossless": True} if image_format == "WebP" else {}
    picture = decode_picture(pillow(image, image_format.upper(), **options), "x")
    ab = rng.normal(0, 40, (int(rng.integers(1, 9)), int(rng.integers(1, 9)), 2)).astype(np.float32)
    result = encode_colored(picture, ab, picture.format, WriteOptions())
    pixels = shown(result.data, "color" if "16" in mode else "")

    assert pixels.shape == (*shape, 4 if mode == "LA" else 3)
    assert np.array_equal(picture.gray, channels[..., 0])
    assert np.abs(lightness(pixels) - lightness(picture.gray)).max() < (0.01 if "16" in mode else 0.31)
    if mode == "LA":
        assert np.array_equal(pixels[..., 3], channels[..., 1])


@settings(max_examples=30)
@given(shape=SHAPES, quality=st.integers(1, 100), progressive=st.booleans(), seed=st.integers(0, 9))
def test_any_gray_jpeg_keeps_its_luma(shape, quality, progressive, seed):
    gray = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    data = pillow(Image.fromarray(gray), "JPEG", quality=quality, progressive=progressive)
    picture = decode_picture(data, "x")
    result = encode_colored(picture, AB, "JPEG", WriteOptions())
    with Image.open(io.BytesIO(result.data)) as image:
        image.draft("YCbCr", image.size)
        luma = np.asarray(image)[..., 0]

    assert result.kept == LUMA
    assert np.array_equal(luma, np.asarray(Image.open(io.BytesIO(data))))
