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
def served(tmp_path_factory):
    served = serve(tmp_path_factory.mktemp("served"))
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
def page(browser, served):
    """A new visitor's page; at the end nothing was asked of other hosts, and the console has no errors."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    asked, errors = [], []
    context.route(lambda url: not url.startswith((served.url, "data:", "blob:")), lambda route: route.abort())
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(served.url)
    page.get_by_text("Bring your photographs").wait_for()
    yield page
    context.close()
    assert [url for url in asked if not url.startswith((served.url, "data:", "blob:"))] == []
    assert errors == []


@pytest.fixture
def jpeg(draw):
    """A drawn gray scene as a JPEG's bytes."""

    def encoded(height: int = 240, width: int = 320, seed: int = 0) -> bytes:
        buffer = io.BytesIO()
        Image.fromarray(draw(height, width, seed)).save(buffer, "JPEG", quality=92)
        return buffer.getvalue()

    return encoded
