"""The page for everybody: judged by axe, used by touch, and what a mouse can do besides clicking."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from test_page import AFTER, after, bring, changed, click_at, give_color

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page):
    """What axe finds wrong with the page as it is now."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(each["id"], node["html"][:120]) for each in found for node in each["nodes"]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_wrong(new_page, jpeg, scheme, width):
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 844})
    assert faults(page) == []
    bring(page, ("old.jpg", jpeg()), ("broken.jpg", b"\xff\xd8 no picture"))
    page.get_by_role("button", name="broken.jpg, not a picture").wait_for()
    page.locator(AFTER).wait_for()
    page.evaluate("scrollTo(0, 0)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    click_at(page, 70, 70)
    page.locator(".palette .swatch").first.wait_for()
    assert faults(page) == []

    wall = new_page("shoebox", color_scheme=scheme, viewport={"width": width, "height": 844})
    assert faults(wall) == []
    assert wall.evaluate("document.documentElement.scrollWidth") <= width
    wall.get_by_role("option", name="mill.jpg").click()
    wall.locator(AFTER).wait_for()
    assert faults(wall) == []


def test_two_versions_lie_side_by_side(page, jpeg):
    bring(page, ("old.jpg", jpeg()))
    page.locator(AFTER).wait_for()
    address, old = after(page)
    page.get_by_role("button", name="Keep this one to compare").click()
    page.get_by_label("Look").select_option("kodachrome")
    address, _ = changed(page, address)
    page.get_by_role("button", name="Side by side").click()

    kept = page.locator(".layer.before .sheet img")
    page.wait_for_function("() => document.querySelector('.tag.left').textContent === 'kept'")
    assert page.request.get(page.url.rstrip("/") + kept.get_attribute("src")).body() == old
    left, right = kept.bounding_box(), page.locator(AFTER).bounding_box()
    assert left["x"] + left["width"] <= right["x"] + 1
    assert left["width"] == pytest.approx(right["width"], abs=1)
    page.get_by_role("button", name="Larger").click()
    moved = [each.evaluate("sheet => sheet.style.transform") for each in page.locator(".layer .sheet").all()]
    assert moved[0] == moved[1]
    assert "scale(1.6)" in moved[0]
    page.get_by_role("button", name="Compare with gray").click()
    page.wait_for_function("() => document.querySelector('.tag.left').textContent === 'gray'")


def test_a_hint_is_dragged(page, jpeg):
    bring(page, ("old.jpg", jpeg()))
    page.locator(AFTER).wait_for()
    address, _ = after(page)
    click_at(page, 30, 85)
    give_color(page, "wine red")
    address, first = changed(page, address)
    page.get_by_role("button", name="Done").click()
    mark, picture = page.locator("button.mark").bounding_box(), page.locator(AFTER).bounding_box()

    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.mouse.down()
    page.mouse.move(picture["x"] + 0.5 * picture["width"], picture["y"] + 0.3 * picture["height"], steps=4)
    page.mouse.move(picture["x"] + 0.7 * picture["width"], picture["y"] + 0.2 * picture["height"], steps=4)
    page.mouse.up()
    _, moved = changed(page, address)

    assert moved != first
    assert page.locator("button.mark").count() == 1
    page.get_by_role("button", name="Command").click()
    x, y, _ = page.locator("code").inner_text().split("--hint ")[1].strip("'").split(",")
    assert float(x.rstrip("%")) == pytest.approx(70, abs=1)
    assert float(y.rstrip("%")) == pytest.approx(20, abs=1)


def test_a_folder_is_dropped(page, tmp_path, draw):
    folder = tmp_path / "album"
    (folder / "more").mkdir(parents=True)
    for number, name in enumerate(("b.png", "a.png", "more/c.png", ".hidden.png")):
        Image.fromarray(draw(60, 80, number)).save(folder / name)
    drag = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 600, "y": 400, "data": drag})
    page.get_by_text("Drop your photographs").wait_for()
    devtools.send("Input.dispatchDragEvent", {"type": "drop", "x": 600, "y": 400, "data": drag})

    page.locator(".strip img").nth(2).wait_for()
    assert [each.get_attribute("title") for each in page.locator(".frame > button[title]").all()] == [
        "a.png",
        "b.png",
        "c.png",
    ]


def test_fingers_move_the_line_come_closer_and_place_a_hint(new_page, jpeg):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    bring(page, ("old.jpg", jpeg()))
    page.locator(AFTER).wait_for()
    page.evaluate("scrollTo(0, 0)")
    devtools = page.context.new_cdp_session(page)

    def touch(kind, *points):
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    knob = page.locator(".knob")
    box = knob.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch("touchStart", (x, y))
    for step in (20, 50, 90):
        touch("touchMove", (x + step, y))
    touch("touchEnd")
    assert int(knob.get_attribute("aria-valuenow")) > 65
    picture = page.locator(AFTER).bounding_box()
    left, top = picture["x"] + picture["width"] / 4, picture["y"] + picture["height"] / 3
    page.touchscreen.tap(left, top)
    page.locator(".palette .swatch").first.tap()
    page.locator("button.mark").wait_for()
    page.locator(".palette").get_by_role("button", name="Done").tap()
    touch("touchStart", (left, top + 30), (left + 60, top + 30))
    for spread in (20, 50, 80):
        touch("touchMove", (left - spread / 4, top + 30), (left + 60 + spread, top + 30))
    touch("touchEnd")
    page.wait_for_function("() => document.querySelector('.viewer').classList.contains('zoomed')")
