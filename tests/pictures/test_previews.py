"""Small copies of the gray picture, wherever programs put them: none is left in a result."""

import base64
import hashlib
import io
import struct
from dataclasses import replace

import numpy as np
import pytest
import tifffile
from PIL import Image

from graycolor.pictures.encode_result import WriteOptions, encode_colored
from graycolor.pictures.jpeg.markers import take_apart
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.metadata.xmp_preview import without_preview
from graycolor.pictures.read import decode_picture

GRAY = np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))
AB = np.full((2, 8, 2), 10, np.float32)


def jpeg(pixels=GRAY, *segments):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG")
    data = buffer.getvalue()
    head = b"".join(struct.pack(">BBH", 255, marker, len(body) + 2) + body for marker, body in segments)
    return data[:20] + head + data[20:]


SMALL = jpeg(GRAY[::6, ::8])
THUMBNAIL = struct.pack(">IIIIIIHH", 1, 8, 8, 24, 192, len(SMALL), 24, 1) + SMALL
HARVEST = b"\x1c\x02\x69\0\x07Harvest"


def resource(number, content, name=b"\0\0"):
    return (
        b"8BIM" + struct.pack(">H", number) + name + struct.pack(">I", len(content)) + content + bytes(len(content) % 2)
    )


REST = (resource(0x0404, HARVEST), resource(0x0421, b"odd", b"\4cafe\0"), resource(0x0425, bytes(16)))
RESOURCES = REST[0] + resource(0x0409, THUMBNAIL) + REST[1] + resource(0x040C, THUMBNAIL) + REST[2]
RDF = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
IMAGE = b"<rdf:Alt><rdf:li><xmpGImg:image>" + base64.b64encode(SMALL) + b"</xmpGImg:image></rdf:li></rdf:Alt>"
XMP = RDF + b'<rdf:Description xmlns:xmp="urn:x"><a:b/><xmp:Thumbnails>%b</xmp:Thumbnails><c:d/></rdf:Description>'
XMP = XMP % IMAGE + b"</rdf:RDF></x:xmpmeta>"
APP13 = 0xED


def photoshop(resources):
    return (APP13, b"Photoshop 3.0\0" + resources)


def colored(data, target=None, **options):
    picture = decode_picture(data, "x")
    return encode_colored(picture, AB, target or picture.format, WriteOptions(**options))


def kept_resources(data):
    segments = take_apart(data)[0]
    return b"".join(each.body[14:] for each in segments if each.marker == APP13)


@pytest.mark.parametrize("keep", ["luma", "lightness"])
@pytest.mark.parametrize("parts", [1, 2])
def test_photoshop_s_thumbnails_go_and_its_other_resources_stay(keep, parts):
    cut = len(RESOURCES) // parts
    segments = [photoshop(RESOURCES[at : at + cut]) for at in range(0, len(RESOURCES), cut)]
    result = colored(jpeg(GRAY, *segments), keep=keep)

    assert SMALL not in result.data
    assert kept_resources(result.data) == b"".join(REST)


def test_resources_without_a_thumbnail_stay_byte_for_byte():
    assert (
        kept_resources(colored(jpeg(GRAY, photoshop(b"".join(REST) + b"odd end"))).data) == b"".join(REST) + b"odd end"
    )


def test_a_thumbnail_alone_leaves_no_resources():
    assert b"Photoshop" not in colored(jpeg(GRAY, photoshop(resource(0x040C, THUMBNAIL)))).data


@pytest.mark.parametrize("target", ["TIFF", "PNG", "JPEG2000", "JPEG"])
@pytest.mark.parametrize("source", ["JPEG", "TIFF", "PNG", "JPEG2000"])
def test_no_format_takes_a_thumbnail_over(source, target):
    metadata = Metadata(photoshop=RESOURCES, xmp=XMP)
    plain = decode_picture(jpeg(), "x")
    stored = replace(plain, metadata=metadata, jpeg=None)
    data = encode_colored(stored, AB, source, WriteOptions()).data  # the writer writes what it is given
    assert SMALL in data or SMALL.hex().encode() in data.replace(b"\n", b"")
    again = decode_picture(data, "x")
    result = encode_colored(again, AB, target, WriteOptions()).data
    found = decode_picture(result, "x").metadata

    assert SMALL not in result
    assert base64.b64encode(SMALL) not in result
    assert SMALL.hex().encode() not in result.replace(b"\n", b"")
    assert found.photoshop == b"".join(REST)
    assert b"<a:b/><c:d/>" in found.xmp


def test_jfif_s_own_thumbnails_go():
    data = jpeg()
    own = b"JFIF\0\1\2\1\0\x48\0\x48\2\1" + b"gray66"
    data = data[:2] + struct.pack(">BBH", 255, 0xE0, len(own) + 2) + own + data[20:]
    extension = (0xE0, b"JFXX\0\x10" + SMALL)
    result = colored(data[:26] + jpeg(GRAY, extension)[20:]).data

    assert b"gray66" not in result
    assert b"JFXX" not in result
    assert decode_picture(result, "x").metadata.dpi == (72, 72)


def test_a_thumbnail_in_extended_xmp_goes_and_what_stands_beside_it_stays():
    further = XMP.replace(b"<a:b/>", b"<a:b>" + b"y" * 300 + b"</a:b>")
    digest = hashlib.md5(further).hexdigest().upper().encode()
    main = RDF + b'<rdf:Description xmpNote:HasExtendedXMP="' + digest + b'" z="kept"/></rdf:RDF></x:xmpmeta>'
    main = main.replace(
        b"<rdf:RDF", b'<rdf:RDF xmlns:xmpNote="urn:n" xmlns:a="urn:a" xmlns:c="urn:c" xmlns:xmpGImg="urn:g"'
    )
    head = b"http://ns.adobe.com/xmp/extension/\0" + digest + struct.pack(">II", len(further), 0)
    data = jpeg(GRAY, (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + main), (0xE1, head + further))
    result = colored(data).data
    found = decode_picture(result, "x").metadata.xmp

    assert base64.b64encode(SMALL) not in result
    assert b"/xmp/extension/" not in result
    assert b"y" * 300 in found
    assert b'z="kept"' in found


def test_layers_that_hold_the_gray_picture_are_named():
    buffer = io.BytesIO()
    layers = [(37724, 7, 0, b"Adobe Photoshop Document Data Block\0", True)]
    tifffile.imwrite(buffer, GRAY, metadata=None, extratags=layers)

    assert "Its Photoshop layers are not kept, because they hold it in gray." in colored(buffer.getvalue()).notes


@pytest.mark.parametrize(
    "packet", [b":Thumbnails", b"<a:Thumbnails", b"<a:Thumbnails>", b"<a:Thumbnails></a:Thumbnails>"], ids=repr
)
def test_half_a_megabyte_of_beginnings_is_passed_through_at_once(packet):
    many = packet * (500_000 // len(packet))

    assert without_preview(b"x" + many + b"y") == (b"xy" if b"/" in packet else b"x" + many + b"y")


@pytest.mark.parametrize("damaged", [RESOURCES[:40], RESOURCES[:300], b"8BIM\4\x0c\0\0\xff\xff\xff\xff", b"8BIM"])
def test_damaged_resources_do_no_harm(damaged):
    assert colored(jpeg(GRAY, photoshop(damaged))).kept == "luma"
