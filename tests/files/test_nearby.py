import pytest

from graycolor.errors import MissingInputError
from graycolor.files import find_inputs
from graycolor.files.nearby import nearest_name
from graycolor.files.regular import check_regular


@pytest.mark.parametrize("said", ["grandmohter.jpg", "Grandmother.JPG", "grandmother.jpeg"])
def test_a_misspelt_file_is_answered_with_the_nearest_in_its_folder(tmp_path, said):
    (tmp_path / "grandmother.jpg").touch()
    (tmp_path / ".grandmother.jpg.part").touch()
    (_, [refusal]) = find_inputs([tmp_path / said])

    assert str(refusal.error).endswith(f"did you mean {tmp_path / 'grandmother.jpg'}?")
    with pytest.raises(MissingInputError, match="did you mean"):
        check_regular(tmp_path / said, "reference")


def test_nothing_is_guessed_where_nothing_is_alike(tmp_path):
    (tmp_path / "holiday.png").touch()

    assert nearest_name(tmp_path / "grandmother.jpg") == "check the name."
    assert nearest_name(tmp_path / "nowhere" / "holiday.png") == "check the name."
    assert nearest_name("a\0b.jpg") == "check the name."
