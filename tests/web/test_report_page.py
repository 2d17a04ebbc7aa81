"""The page of `--report` in a real browser: the same slider, no holes, nothing from elsewhere."""

import pytest
from PIL import Image
from test_for_everybody import faults
from typer.testing import CliRunner

from graycolor.cli.app import app

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def report(tmp_path_factory, draw):
    """The page of a run over landscapes and upright pictures."""
    folder = tmp_path_factory.mktemp("report")
    for number, shape in enumerate([(90, 120), (120, 90), (90, 160), (120, 80), (90, 120), (40, 200)]):
        Image.fromarray(draw(*shape, number)).save(folder / f"photo-{number}.png")
    done = CliRunner().invoke(app, ["colorize", str(folder), "--report", str(folder / "page.html"), "-q"])
    assert done.exit_code == 0, done.output
    return folder / "page.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_for_everybody_and_asks_nobody(browser, report, scheme):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())

    assert faults(page) == []
    assert {url for url in asked if not url.startswith("data:")} == {report.as_uri()}
    page.close()


def test_pictures_of_a_row_have_one_height_and_the_row_is_full(browser, report):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report.as_uri())
    boxes = [each.bounding_box() for each in page.locator(".stage").all()]
    rows = {}
    for box in boxes:
        rows.setdefault(round(box["y"]), []).append(box)

    assert len(rows) < len(boxes)
    for row in list(rows.values())[:-1]:
        assert max(box["height"] for box in row) - min(box["height"] for box in row) < 3
        assert row[-1]["x"] + row[-1]["width"] > 1240
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_the_slider_goes_by_keys_and_by_hand(browser, report):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report.as_uri())
    slider, before = page.locator(".stage input").first, page.locator(".stage .before").first
    slider.focus()
    page.keyboard.press("Home")
    assert "100%" in before.evaluate("picture => getComputedStyle(picture).clipPath")
    page.keyboard.press("End")
    assert before.evaluate("picture => getComputedStyle(picture).clipPath") in ("inset(0px)", "inset(0px 0% 0px 0px)")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    assert float(slider.input_value()) == pytest.approx(25, abs=4)
    page.get_by_role("button", name="Show where it was guessed").click()
    assert page.locator(".veil").first.evaluate("veil => getComputedStyle(veil).opacity") == "1"
    page.close()
