import numpy as np
import pytest
from PIL import Image

from graycolor.color.lab import rgb_to_lab
from graycolor.errors import GraycolorError, InputError, UsageError
from graycolor.guidance.guidance import Guidance
from graycolor.guidance.hints import Hint, as_hints, doubts_about, read_hints, strokes


@pytest.fixture
def two_halves():
    """Left dark, right bright, each with a little grain."""
    rng = np.random.default_rng(0)
    gray = np.full((256, 320), 70.0)
    gray[:, 160:] = 190
    return np.clip(gray + rng.normal(0, 2, gray.shape), 0, 255).astype(np.uint8)


def forecast(colorizer, gray, *hints):
    return colorizer.forecast(gray, None, Guidance(tuple(map(Hint.parse, hints))))


def at_hint(field):
    """What a map of the network's resolution says where the hints below are put, 60 right and 100 down."""
    row, column = Hint.parse("60,100,#ffffff").cells((256, 320), field.shape[:2])[0]
    return field[row, column]


def hue(ab):
    return np.degrees(np.arctan2(ab[..., 1], ab[..., 0]))


def test_a_hint_wins_over_the_network_where_it_is(colorizer, two_halves):
    rgb = colorizer.colorize(two_halves, hints=["60,100,#b03060"])
    wanted = rgb_to_lab(np.array([0xB0, 0x30, 0x60]) / 255)
    got = rgb_to_lab(rgb[97:104, 57:64] / 255).mean((0, 1))

    assert abs(hue(got[1:]) - hue(wanted[1:])) < 4


def test_a_color_that_the_light_leaves_room_for_is_met_exactly(colorizer, two_halves):
    got = colorizer.forecast(two_halves, None, Guidance((Hint.parse("60,100,#6a4a30"),))).ab
    wanted = rgb_to_lab(np.array([0x6A, 0x4A, 0x30]) / 255)[1:]

    assert at_hint(got) == pytest.approx(wanted, abs=0.01)


def test_a_hint_fills_its_region_and_leaves_the_other_alone(colorizer, two_halves):
    before, after = colorizer.forecast(two_halves).ab, forecast(colorizer, two_halves, "60,100,#b03060").ab
    moved = np.hypot(*np.moveaxis(after - before, -1, 0))

    assert moved[:, :36].mean() > 5
    assert np.array_equal(before[:, 46:], after[:, 46:])


def test_each_of_two_hints_has_its_own_region(colorizer, two_halves):
    ab = forecast(colorizer, two_halves, "60,100,#903040", "260,100,#80c090").ab

    width = ab.shape[1]
    assert ab[20:30, width // 8 : width // 4, 0].mean() > 15
    assert ab[20:30, 3 * width // 4 : 7 * width // 8, 0].mean() < -10


def test_saturation_does_not_change_a_hint(colorizer, two_halves):
    from graycolor.colorizer import ColorizeSettings

    guidance = Guidance((Hint.parse("60,100,#6a4a30"),))
    full, none = (colorizer.forecast(two_halves, ColorizeSettings(saturation=s), guidance) for s in (1.0, 0.0))

    assert at_hint(none.ab) == pytest.approx(at_hint(full.ab), abs=1e-4)
    assert np.hypot(*none.ab[0, -1]) == 0


def test_confidence_is_whole_at_a_hint_and_nowhere_less(colorizer, two_halves):
    before, after = colorizer.forecast(two_halves), forecast(colorizer, two_halves, "60,100,#b03060")

    assert at_hint(after.confidence) == pytest.approx(1)
    assert (after.confidence >= before.confidence - 1e-6).all()


def test_pixels_and_percent_name_the_same_place():
    pixels, percent = Hint.parse("150,50,#ffffff"), Hint.parse("50.1%,25.2%,#ffffff")

    assert np.array_equal(pixels.cells((200, 300), (40, 60)), percent.cells((200, 300), (40, 60)))
    assert pixels.cells((200, 300), (40, 60)).tolist() == [[10, 30]]


@pytest.mark.parametrize(
    "text",
    ["", "1,2", "a,b,#ffffff", "1,2,reed", "1%,2,#ffffff", "-1,2,#ffffff", "1%,101%,#ffffff", "nan,2,#ffffff"],
)
def test_a_hint_that_makes_no_sense_is_refused(text):
    with pytest.raises(UsageError, match=r"[Hh]int"):
        Hint.parse(text)


def test_a_hint_outside_the_picture_is_refused(colorizer, two_halves):
    with pytest.raises(UsageError, match="outside the picture of 320 x 256"):
        forecast(colorizer, two_halves, "320,10,#ffffff")


def test_json_and_strokes_say_what_text_says(tmp_path):
    (tmp_path / "hints.json").write_text('[{"x": 10, "y": 5, "color": "#102030"}]')
    rgba = np.zeros((20, 30, 4), np.uint8)
    rgba[4:8, 9:14] = (0x10, 0x20, 0x30, 255)
    rgba[15, 3] = (200, 0, 0, 255)
    Image.fromarray(rgba).save(tmp_path / "strokes.png")
    painted = {hint.color: hint for hint in read_hints(tmp_path / "strokes.png")}

    assert read_hints(tmp_path / "hints.json") == (Hint.parse("10,5,#102030"),)
    assert set(painted) == {"#102030", "#c80000"}
    assert painted["#102030"].cells((20, 30), (20, 30)).tolist() == [[y, x] for y in range(4, 8) for x in range(9, 14)]
    # Strokes fit a picture of any size.
    assert painted["#c80000"].cells((200, 300), (20, 30)).tolist() == [[15, 3]]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"[{}]"),
        ("b.json", b"[1"),
        ("c.png", b"no"),
        ("d.json", b"[]"),
        ("e.json", b'[{"x":1,"y":2,"color":7}]'),
        ("f.json", b'[{"x":NaN,"y":2,"color":"#102030"}]'),
        ("g.json", b'[{"x":"nan","y":"nan","color":"#102030"}]'),
        ("h.json", b'[{"x":1,"y":2,"color":"#102030","radius":5}]'),
        ("i.json", b'[{"x":1,"y":2,"x":3,"color":"#102030"}]'),
        ("j.json", b"[" * 100_000),
        ("k.json", b'{"hints": 3}'),
        ("l.json", b""),
    ],
)
def test_files_without_hints_are_refused(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(GraycolorError):
        read_hints(tmp_path / name)


def test_a_single_hint_needs_no_list():
    assert as_hints("9,9,#803020") == as_hints(["9,9,#803020"]) == as_hints(Hint.parse("9,9,#803020"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_hints_are_read_as_editors_save_them(tmp_path, encoding):
    (tmp_path / "hints.json").write_text('[{"x": 10, "y": "5", "color": "#102030"}]', encoding)

    assert read_hints(tmp_path / "hints.json") == (Hint.parse("10,5,#102030"),)


def test_a_picture_without_transparency_is_no_strokes(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "photo.png")
    with pytest.raises(InputError, match="no transparency"):
        read_hints(tmp_path / "photo.png")


def test_a_photograph_is_no_strokes():
    rng = np.random.default_rng(0)
    rgba = np.dstack([rng.integers(0, 256, (64, 64, 3), np.uint8), np.full((64, 64), 255, np.uint8)])
    with pytest.raises(InputError, match="colors"):
        strokes(rgba)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Steel Blue", "#4682b4"),
        ("rebeccapurple", "#663399"),
        ("wine red", "#8a2f42"),  # as on the page
        ("navy", "#3f5382"),
        ("brown", "#6b4a32"),  # and not the red that CSS calls so
        ("dark brown", "#6b4a32"),
        ("dark blue", "#00008b"),
    ],
)
def test_a_color_may_be_named(name, code):
    assert np.array_equal(Hint.parse(f"1,2,{name}").ab, Hint.parse(f"1,2,{code}").ab)


def test_a_misspelt_color_is_answered_with_the_nearest():
    for name, answer in (("steelbleu", "did you mean steelblue"), ("wine-redd", "did you mean wine red")):
        with pytest.raises(UsageError, match=f"'{name}' is not known; {answer}"):
            Hint.parse(f"1,2,{name}")
    with pytest.raises(UsageError, match="write skin, hair"):
        Hint.parse("1,2,qqq")


def test_pixels_that_look_like_percent_are_asked_about():
    hints = [Hint.parse(each) for each in ("50,16,brown", "50%,16%,brown", "50,160,brown")]

    (doubt,) = doubts_about(hints, (880, 928))
    assert "50,16 was taken as pixels" in doubt
    assert "50%,16%" in doubt
    assert not doubts_about(hints, (300, 928))
