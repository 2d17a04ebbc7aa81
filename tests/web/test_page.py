"""The page in a real browser: photographs are brought, looked at, hinted, compared and taken home."""

import io
import shlex
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from PIL import Image

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNNAMED = """() => [...document.querySelectorAll('button, input:not([hidden]), [role=slider], [tabindex="0"], img')]
    .filter(each => each.offsetParent && each.alt === undefined)
    .filter(each => !each.getAttribute('aria-label') && !each.textContent.trim())
    .map(each => each.outerHTML)"""
"""Controls that a screen reader could not tell."""
AFTER = ".layer.after .sheet img:not(.veil)"


def bring(page, *files):
    """Choose files, given as name and bytes, and wait until the first is there."""
    chosen = [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in files]
    page.set_input_files("input[type=file][multiple]", chosen)


def after(page):
    """The picture in color: its address and its bytes."""
    address = page.locator(AFTER).get_attribute("src")
    return address, page.request.get(page.url.rstrip("/") + address).body()


def changed(page, address):
    """The picture once it has another address."""
    page.wait_for_function(
        "([selector, old]) => document.querySelector(selector).getAttribute('src') !== old", arg=[AFTER, address]
    )
    return after(page)


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.int16)


def click_at(page, x, y):
    """Click on the picture, at a place in percent."""
    box = page.locator(AFTER).bounding_box()
    page.mouse.click(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100)


def give_color(page, name):
    page.locator(".palette").get_by_role("button", name=name).click()


def test_a_photograph_is_colored_and_the_slider_moves(page, jpeg):
    bring(page, ("old.jpg", jpeg()))
    page.locator(AFTER).wait_for()
    knob, before = page.locator(".knob"), page.locator(".layer.before")
    seen = before.evaluate("layer => layer.style.clipPath")

    knob.focus()
    page.keyboard.press("ArrowRight")

    assert knob.get_attribute("aria-valuenow") == "52"
    assert before.evaluate("layer => layer.style.clipPath") != seen
    box = knob.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] - 200, box["y"] + 20)
    page.mouse.up()
    assert int(knob.get_attribute("aria-valuenow")) < 40
    page.get_by_role("button", name="Larger").click()
    page.get_by_role("button", name="Larger").click()
    assert page.locator(".viewer").evaluate("viewer => viewer.classList.contains('zoomed')")
    rgb = pixels(after(page)[1])
    assert np.ptp(rgb, axis=2).mean() > 1
    assert page.evaluate(UNNAMED) == []


def test_a_hint_changes_its_region_and_undo_brings_the_old_bytes_back(page, jpeg):
    rng, halves = np.random.default_rng(0), np.repeat(np.uint8([[205], [80]]), [140, 100], axis=0)
    buffer = io.BytesIO()
    Image.fromarray((halves + rng.integers(0, 9, (240, 320))).astype(np.uint8)).save(buffer, "PNG")
    bring(page, ("halves.png", buffer.getvalue()))
    page.locator(AFTER).wait_for()
    address, old = after(page)

    click_at(page, 80, 92)
    give_color(page, "wine red")
    address, new = changed(page, address)
    difference = np.abs(pixels(new) - pixels(old)).max(axis=2)
    place = difference[int(0.92 * difference.shape[0]), int(0.8 * difference.shape[1])]
    assert place > 20
    assert difference[:100].max() <= 1

    page.get_by_role("button", name="Done").click()
    page.locator(".stage").focus()
    page.keyboard.press("Control+z")
    address, undone = changed(page, address)
    assert undone == old
    page.get_by_role("button", name="Redo").click()
    address, again = changed(page, address)
    assert again == new
    page.locator(".mark").focus()
    page.keyboard.press("ArrowLeft")
    address, moved = changed(page, address)
    assert moved != new
    page.keyboard.press("Delete")
    assert changed(page, address)[1] == old
    page.locator(".stage").focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.locator(".palette .swatch").first.wait_for()


def test_one_is_told_that_places_can_be_clicked_until_one_has_done_so(page, jpeg):
    label = page.locator(".stage").get_attribute("aria-label")
    assert label == "No photograph yet."
    bring(page, ("old.jpg", jpeg()), ("sea.jpg", jpeg(seed=1)))
    page.locator(AFTER).wait_for()
    tells = page.get_by_text("A color is wrong? Click on it.")
    tells.wait_for()
    place = page.locator(AFTER).bounding_box()
    address, _ = after(page)
    click_at(page, 80, 92)
    give_color(page, "wine red")
    changed(page, address)
    assert page.locator(AFTER).bounding_box() == place
    page.get_by_role("button", name="Done").click()
    page.locator(".strip img").nth(1).click()
    page.get_by_text("sea.jpg").first.wait_for()
    assert not tells.is_visible()
    page.reload()
    page.locator(AFTER).wait_for()
    assert tells.count() == 0


def test_what_is_taken_home_is_what_the_command_makes(page, jpeg, tmp_path):
    files = [("sea.jpg", jpeg(seed=1)), ("hill.jpg", jpeg(200, 300, seed=2))]
    for name, data in files:
        (tmp_path / name).write_bytes(data)
    bring(page, *files)
    page.locator(".strip img").nth(1).wait_for()
    address, _ = after(page)
    page.get_by_role("slider", name="Strength").focus()
    page.keyboard.press("ArrowRight")
    address, _ = changed(page, address)
    page.get_by_label("Look").select_option("kodachrome")
    address, _ = changed(page, address)
    click_at(page, 80, 90)
    give_color(page, "leaves")
    address, _ = changed(page, address)
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Show others").click()
    page.get_by_role("button", name="Coloring 2").click()
    changed(page, address)

    page.get_by_role("button", name="Command").click()
    line = page.locator("code").inner_text()
    page.get_by_role("button", name="Close").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all").click()

    name, *words = shlex.split(line)
    for command in (words, ["colorize", "hill.jpg" if "sea.jpg" in line else "sea.jpg"]):
        subprocess.run([sys.executable, "-m", "graycolor", *command, "-q"], cwd=tmp_path, check=True)
    with zipfile.ZipFile(download.value.path()) as archive:
        made = {each: archive.read(each) for each in archive.namelist()}
    assert name == "graycolor"
    assert "--saturation 1.05" in line
    assert "--look kodachrome" in line
    assert len(made) == 2
    assert any(each.endswith("-color-2.jpg") for each in made)
    assert made == {each: (tmp_path / each).read_bytes() for each in made}


def test_a_photograph_to_follow_settings_and_what_cannot_be_colored(page, jpeg, tmp_path):
    buffer = io.BytesIO()
    led_by = Image.new("RGB", (120, 90), (90, 140, 230))
    led_by.paste((150, 110, 40), (0, 50, 120, 90))
    led_by.save(tmp_path / "led.png")
    led_by.paste((200, 40, 40), (20, 20, 50, 60))
    led_by.paste((60, 150, 50), (70, 40, 110, 80))
    led_by.save(buffer, "PNG")
    bring(page, ("old.jpg", jpeg()), ("broken.jpg", b"\xff\xd8 no picture"), ("new.png", buffer.getvalue()))
    page.locator(AFTER).wait_for()
    address, old = after(page)

    one = page.locator("input[type=file]:not([multiple]):not([webkitdirectory])")
    page.get_by_role("button", name="Choose one").click()
    one.set_input_files(tmp_path / "led.png")
    address, led = changed(page, address)
    assert led != old
    page.get_by_text("Follows led.png").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save settings").click()
    download.value.save_as(tmp_path / download.value.suggested_filename)
    assert download.value.suggested_filename == "old-color.jpg.graycolor.json"
    page.get_by_role("button", name="Stop following").click()
    address, back = changed(page, address)
    assert back == old
    page.get_by_role("button", name="Open settings").click()
    one.set_input_files(tmp_path / download.value.suggested_filename)
    assert changed(page, address)[1] == led

    with page.expect_download():
        page.get_by_role("button", name="Download all").click()
    page.get_by_text("Left out: new.png is in color already; broken.jpg is not colored").wait_for()
    assert "broken.jpg\nNot a picture" in page.locator(".strip").inner_text()
    page.get_by_role("button", name="broken.jpg, not a picture").click()
    page.locator(".notice").get_by_text("broken.jpg").wait_for()
    sentence = page.locator(".notice").inner_text()
    assert "/" not in sentence.replace("\n", "")
    page.get_by_role("button", name="new.png, in color already").click()
    page.get_by_role("button", name="Color it by its light").click()
    page.locator(AFTER).wait_for()
