import av
import pytest

from graycolor.film.source.pixel_format import ENCODERS, conversion, encoded_format, planar


@pytest.mark.parametrize(("codec", "encoder"), ENCODERS.items())
@pytest.mark.parametrize("ratio", ["420", "422", "444"])
@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_every_encoder_takes_the_layout_chosen_for_it(codec, encoder, ratio, bits):
    source = planar(f"yuv{ratio}p" + (f"{bits}le" if bits > 8 else ""))
    chosen = encoded_format(source, codec, 64, 48)
    able = {each.name for each in av.Codec(encoder.name, "w").video_formats or ()}

    assert chosen.name in able
    assert chosen.bits >= min(bits, max(encoder.bits))


def test_odd_pictures_keep_every_pixel():
    assert encoded_format(planar("yuv420p"), "h264", 97, 65).name == "yuv444p"
    assert encoded_format(planar("yuv420p"), "h264", 98, 65).name == "yuv422p"
    assert encoded_format(planar("yuv420p"), "ffv1", 97, 65).name == "yuv420p"


def test_gray_becomes_420_of_its_depth():
    assert encoded_format(planar("gray"), "h264", 64, 48).name == "yuv420p"
    assert encoded_format(planar("gray10le"), "ffv1", 64, 48).name == "yuv420p10le"


@pytest.mark.parametrize(
    ("name", "plain", "exact"),
    [
        ("yuv420p", "yuv420p", True),
        ("yuvj422p", "yuvj422p", True),
        ("gray12le", "gray12le", True),
        ("nv12", "yuv420p", True),
        ("p010le", "yuv420p10le", True),
        ("yuva444p10le", "yuv444p10le", True),
        ("yuv420p10be", "yuv420p10le", True),
        ("gray16be", "gray16le", True),
        ("uyvy422", "yuv422p", True),
        ("rgb24", "yuv420p", False),
        ("pal8", "yuv420p", False),
        ("gbrp", "yuv420p", False),
    ],
)
def test_formats_become_planar(name, plain, exact):
    made = conversion(name, 8)

    assert (made.pixel_format.name, made.exact, made.needed) == (plain, exact, name != plain)


def test_deep_rgb_becomes_10_bits():
    assert conversion("rgb48le", 16).pixel_format.name == "yuv420p10le"


def test_transparency_is_noticed():
    assert conversion("yuva420p", 8).drops_alpha
    assert conversion("rgba", 8).drops_alpha
    assert not conversion("rgb24", 8).drops_alpha
