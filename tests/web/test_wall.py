"""The wall in a real browser: seen, marked and walked through by keys; and nothing of it is lost when all is killed."""

import io
import json
import shutil
import time

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from graycolor.cli.app import app
from web_served import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]


IN_ORDER = """tiles => tiles.sort((a, b) => a.ariaPosInSet - b.ariaPosInSet)
    .map(tile => tile.querySelector('.called').textContent)"""
"""Names of the photographs as they stand on the wall."""


def current(page):
    """Name of the photograph that the keyboard is at."""
    return page.locator('.print[aria-selected="true"] .called').inner_text()


def tile(page, name):
    return page.get_by_role("option", name=name)


def test_marks_are_keys_and_the_keyboard_goes_on(new_page):
    page = new_page("shoebox")
    page.wait_for_function("() => document.querySelectorAll('.print img').length === 4")
    tile(page, "torn.jpg, Not a picture").wait_for()
    tile(page, "town.jpg").focus()
    names = page.locator(".print .called").all_inner_texts()

    page.keyboard.press("Home")
    assert current(page) in names
    page.keyboard.press("End")
    last = current(page)
    page.keyboard.press("ArrowLeft")
    assert current(page) != last
    tile(page, "mill.jpg").focus()
    page.keyboard.press("l")
    tile(page, "mill.jpg, To look at").wait_for()
    assert page.get_by_role("button", name="To look at 1").count() == 1
    tile(page, "mill.jpg").focus()
    page.keyboard.press("u")
    page.get_by_role("button", name="To look at 0").wait_for()


def test_a_photograph_is_opened_on_the_desk_and_the_next_and_the_wall_again(new_page):
    page = new_page("shoebox")
    tile(page, "mill.jpg").focus()
    page.keyboard.press("Enter")
    page.locator(".layer.after .sheet img").wait_for()
    assert page.locator(".panel .title").inner_text() == "mill.jpg"
    page.keyboard.press("n" if "1 of 5" in page.locator(".where").inner_text() else "p")
    page.wait_for_function("() => document.querySelector('.panel .title').textContent !== 'mill.jpg'")
    page.keyboard.press("Escape")
    page.locator(".print").first.wait_for()
    page.wait_for_function("() => document.activeElement.classList.contains('print')")
    tile(page, "torn.jpg").click()
    page.locator(".notice").get_by_text("torn.jpg").wait_for()
    assert "/" not in page.locator(".notice").inner_text().replace("\n", "")


def test_the_keyboard_stays_where_a_mark_is_taken_away_and_goes_on_where_one_is_set(new_page):
    page = new_page("shoebox")
    page.wait_for_function("() => document.querySelectorAll('.print img').length === 4")
    marked = []
    for key, mark in (("a", "Left alone"), ("l", "To look at")):
        names = page.locator(".print").evaluate_all(IN_ORDER)
        name = next(each for each in names if each in ("harbor.jpg", "mill.jpg", "town.jpg") and each not in marked)
        marked.append(name)
        tile(page, name).focus()
        page.keyboard.press(key)
        tile(page, f"{name}, {mark}").wait_for()
        page.wait_for_timeout(1300)
        assert current(page) == names[names.index(name) + 1]
        assert current(page) in page.evaluate("document.activeElement.textContent")
    for name in marked:
        tile(page, name).focus()
        page.keyboard.press("u")
        page.wait_for_timeout(1300)
        assert current(page) == name
        assert name in page.evaluate("document.activeElement.textContent")


def test_what_cannot_be_done_says_so_and_stays_where_it_is(new_page, served):
    page = new_page("shoebox")
    page.wait_for_function("() => document.querySelectorAll('.print img').length === 4")
    for name, said in (("torn.jpg", "cannot be done"), ("print.jpg", "is in color already and is left alone")):
        tile(page, name).focus()
        page.keyboard.press("d")
        page.locator(".q-notification__message").get_by_text(said).wait_for()
        page.wait_for_timeout(1300)
        assert current(page) == name
    assert page.locator(".mark-of").count() == 0
    assert page.get_by_role("button", name="Done 0").count() == 1
    assert not [*(served.folder / "album").glob("torn-color*"), *(served.folder / "album").glob("print-color*")]
    page.get_by_text("The folder summer in it was not looked into").wait_for()


def test_a_picture_in_color_is_shown_in_its_colors_and_nothing_is_offered_that_does_nothing(new_page):
    page = new_page("shoebox")
    page.wait_for_function("() => document.querySelectorAll('.print img').length === 4")
    tile(page, "print.jpg, In color already").click()
    shown = page.locator(".layer.after .sheet img:not(.veil)")
    shown.wait_for()

    assert is_colored(page, shown)
    for name in ("Side by side", "Guesses", "Leave it alone"):
        assert page.get_by_role("button", name=name).locator("visible=true").count() == 0
    assert page.get_by_role("button", name="Done", exact=True).first.is_disabled()
    page.get_by_text("print.jpg has colors of its own, so it is left alone").first.wait_for()
    page.get_by_role("button", name="Color it by its light").click()
    page.get_by_role("button", name="Side by side").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("print.jpg has colors of its own, so it is left alone").first.wait_for()
    page.keyboard.press("Escape")
    page.locator(".print").first.wait_for()
    wait_for(lambda: is_colored(page, tile(page, "print.jpg").locator("img")))


def is_colored(page, image):
    """Whether a picture on the page has strong colors."""
    address = page.url.split("/shoebox")[0] + image.get_attribute("src")
    answer = page.request.get(address)
    assert answer.ok, address
    rgb = np.asarray(Image.open(io.BytesIO(answer.body())).convert("RGB"), np.int16)
    return np.ptp(rgb, axis=2).mean() > 20


def test_the_others_are_asked_about_before_they_are_marked(new_page):
    page = new_page("shoebox")
    page.wait_for_function("() => document.querySelectorAll('.print img').length === 4")
    page.get_by_role("button", name="as done").click()
    page.get_by_role("dialog").get_by_text("not doubtful").first.wait_for()
    page.get_by_role("button", name="Cancel").click()
    assert page.get_by_role("button", name="Done 0").count() == 1


def test_what_was_written_is_said_and_what_stays_and_what_is_there_already(browser, tmp_path, examples):
    folder = tmp_path / "album"
    folder.mkdir()
    shutil.copy(examples / "pumpkins-1938.jpg", folder / "old.jpg")
    shutil.copy(examples / "buffalo-1908.jpg", folder / "sea.jpg")
    done = CliRunner().invoke(app, ["colorize", f"{folder / 'sea.jpg'}", "--saturation", "1.5", "-q"])
    assert done.exit_code == 0, done.output
    before = (folder / "sea-color.jpg").read_bytes()
    served = serve(tmp_path, str(folder))
    page = browser.new_page()
    page.goto(served.url + "shoebox")
    page.wait_for_function("() => document.querySelectorAll('.print img').length === 2")
    page.get_by_role("button", name="Mark all 2 as done").click()
    page.get_by_role("dialog").get_by_text("1 of them has a result already").wait_for()
    page.get_by_role("button", name="Cancel").click()

    tile(page, "old.jpg").focus()
    page.keyboard.press("d")
    page.get_by_text("Written: old-color.jpg, beside the photograph.").first.wait_for()
    tile(page, "old.jpg").focus()
    page.keyboard.press("u")
    page.get_by_text("The result stays: old-color.jpg and old-color.jpg.graycolor.json").first.wait_for()
    tile(page, "sea.jpg").focus()
    page.keyboard.press("d")
    tile(page, "sea.jpg, A result is there already").click()
    page.get_by_text("sea-color.jpg is already there: graycolor made it with other settings").locator(
        "visible=true"
    ).wait_for()
    assert page.get_by_role("button", name="Done", exact=True).first.get_attribute("aria-pressed") == "false"
    page.get_by_role("button", name="Replace it").click()
    page.get_by_text("Written: sea-color.jpg, beside the photograph.").locator("visible=true").wait_for()
    assert (folder / "sea-color.jpg").read_bytes() != before
    page.close()
    served.stop()


def test_killed_and_started_again_it_has_the_work_and_the_result_is_the_commands(browser, tmp_path, jpeg):
    folder = tmp_path / "album"
    folder.mkdir()
    (folder / "old.jpg").write_bytes(jpeg())
    served = serve(tmp_path, str(folder))
    page = browser.new_page()
    page.goto(served.url + "shoebox")
    tile(page, "old.jpg").click()
    after = page.locator(".layer.after .sheet img:not(.veil)")
    after.wait_for()
    box, address = after.bounding_box(), after.get_attribute("src")
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.9 * box["height"])
    page.locator(".palette").get_by_role("button", name="wine red").click()
    page.wait_for_function(
        "old => document.querySelector('.layer.after .sheet img').getAttribute('src') !== old", arg=address
    )
    page.get_by_role("button", name="Done", exact=True).first.click()
    settings, result = folder / "old-color.jpg.graycolor.json", folder / "old-color.jpg"
    wait_for(settings.exists)
    wait_for(lambda: json.loads(settings.read_text("utf-8"))["shoebox"]["mark"] == "done")
    served.process.kill()
    served.process.communicate()
    page.close()

    served = serve(tmp_path, str(folder))
    page = browser.new_page()
    page.goto(served.url + "shoebox")
    tile(page, "old.jpg, Done").click()
    page.locator(".mark").wait_for()
    page.close()
    wait_for(result.exists)
    said = served.stop()
    assert f"All that you said of {folder} is kept there." in said
    done = CliRunner().invoke(
        app, ["colorize", f"{folder / 'old.jpg'}", "--settings", f"{settings}", "-o", f"{tmp_path / 'by-command.jpg'}"]
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "by-command.jpg").read_bytes() == result.read_bytes()


def wait_for(is_so):
    end = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)
