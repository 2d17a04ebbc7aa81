"""Why a photograph was not colored, in the few words that a tile has room for."""

import pytest

from graycolor.web.states import FAILED, IN_COLOR, READY, short_reason


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("a.jpg is no picture of a kind graycolor reads; save it as JPEG or PNG.", "Not a picture"),
        ("a.jpg is a Word document, not a photograph; save the pictures in it.", "A Word document"),
        ("a.jpg is a film; color it with graycolor video.", "A film"),
        ("a.jpg is an archive; unpack it.", "An archive"),
        ("a.jpg is one frame of a film scan (DPX or Cineon); make a film of it.", "One frame of a film"),
        ("a.jpg is damaged or cut off and cannot be decoded; copy it again from its source.", "Damaged"),
        ("a.jpg is empty (0 bytes); copy it again from its source.", "Empty"),
        ("a.jpg claims 9000 x 90000 pixels, more than it may.", "Cannot be read"),
        ("a.jpg is 3 x 90000 pixels, a line.", "Cannot be read"),
    ],
)
def test_a_sentence_on_a_file_has_a_short_form(sentence, reason):
    assert short_reason(FAILED, sentence, "a.jpg") == reason


def test_what_is_in_color_and_what_was_colored():
    assert short_reason(IN_COLOR, "", "a.jpg") == "In color already"
    assert short_reason(READY, "", "a.jpg") == ""
