"""A running page, and a browser to look at it. Without Chromium those tests are left out."""

from __future__ import annotations

import io
import shutil

import pytest
from PIL import Image

from web_served import serve

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    left_out = pytest.mark.skip(reason="there is no Chromium here, so nobody looks at the page")
    for item in items:
        if item.get_closest_marker("browser") and CHROMIUM is None:
            item.add_marker(left_out)


@pytest.fixture(scope="session")
def served(tmp_path_factory, draw, examples):
    """A page that shows a folder of five photographs too; one of them is broken, one in color already."""
    place = tmp_path_factory.mktemp("served")
    shown = place / "album"
    shown.mkdir()
    for number, name in enumerate(("harbor.jpg", "mill.jpg")):
        Image.fromarray(draw(120, 160, number)).save(shown / name, quality=92)
    shutil.copy(examples / "buffalo-1908.jpg", shown / "town.jpg")
    (shown / "torn.jpg").write_bytes(b"\xff\xd8 no picture")
    Image.merge("RGB", [Image.fromarray(draw(90, 120, seed)) for seed in (5, 6, 7)]).save(shown / "print.jpg")
    (shown / "summer").mkdir()
    served = serve(place, str(shown))
    yield served
    if served.process.poll() is None:
        served.stop()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(new_page):
    """A new visitor's page on a desk."""
    return new_page()


@pytest.fixture
def new_page(browser, served):
    """Opens pages of new visitors; at the end nothing was asked of other hosts, and the console has no errors."""
    opened = []

    def opens(path="", **options):
        opened.append(_Watched(browser, served, options))
        page = opened[-1].page
        page.goto(served.url + path)
        page.locator(".print img" if path else "text=Bring your photographs").first.wait_for()
        return page

    yield opens
    for each in opened:
        each.close()


class _Watched:
    """A page whose requests and errors are noted."""

    def __init__(self, browser, served, options):
        self._own = (served.url, "data:", "blob:")
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        self.asked, self.errors = [], []
        self.context.route(lambda url: not url.startswith(self._own), lambda route: route.abort())
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def close(self):
        self.context.close()
        assert [url for url in self.asked if not url.startswith(self._own)] == []
        assert self.errors == []


@pytest.fixture
def jpeg(draw):
    """A drawn gray scene as a JPEG's bytes."""

    def encoded(height: int = 240, width: int = 320, seed: int = 0) -> bytes:
        buffer = io.BytesIO()
        Image.fromarray(draw(height, width, seed)).save(buffer, "JPEG", quality=92)
        return buffer.getvalue()

    return encoded


@pytest.fixture
def folder(tmp_path, jpeg):
    folder = tmp_path / "box"
    folder.mkdir()
    (folder / "old.jpg").write_bytes(jpeg())
    (folder / "sea.jpg").write_bytes(jpeg(seed=1))
    return folder
