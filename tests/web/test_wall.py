"""The wall in a real browser: seen, marked and walked through by keys; and nothing of it is lost when all is killed."""

import json
import time

import pytest
from typer.testing import CliRunner

from graycolor.cli.app import app
from web_served import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def current(page):
    """Name of the photograph that the keyboard is at."""
    return page.locator('.print[aria-selected="true"] .called').inner_text()


def tile(page, name):
    return page.get_by_role("option", name=name)


def test_marks_are_keys_and_the_keyboard_goes_on(new_page):
    page = new_page("shoebox")
    page.wait_for_function("() => document.querySelectorAll('.print img').length === 3")
    tile(page, "torn.jpg, Cannot be read").wait_for()
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
    page.keyboard.press("n" if "1 of 4" in page.locator(".where").inner_text() else "p")
    page.wait_for_function("() => document.querySelector('.panel .title').textContent !== 'mill.jpg'")
    page.keyboard.press("Escape")
    page.locator(".print").first.wait_for()
    page.wait_for_function("() => document.activeElement.classList.contains('print')")
    tile(page, "torn.jpg").click()
    page.locator(".notice").get_by_text("torn.jpg").wait_for()
    assert "/" not in page.locator(".notice").inner_text().replace("\n", "")


def test_all_sure_ones_are_asked_about_before_they_are_marked(new_page):
    page = new_page("shoebox")
    page.get_by_role("button", name="sure one").click()
    page.get_by_role("dialog").get_by_text("Mark").first.wait_for()
    page.get_by_role("button", name="Cancel").click()
    assert page.get_by_role("button", name="Done 0").count() == 1


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
