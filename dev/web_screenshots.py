"""Takes the two pictures of `docs/web.md`: the page on a desk, and in a hand at night.

    python dev/web_screenshots.py

Needs the extra `dev` and Debian's Chromium (`apt-get install chromium`).
"""

from __future__ import annotations

import io
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PHOTOGRAPHS = [str(ROOT / "examples" / name) for name in ("migrant-mother-1936.jpg", "pumpkins-1938.jpg")]
QUALITY = 80


def main() -> None:
    """Starts the page, looks at it twice, stops it."""
    command = [sys.executable, "-m", "graycolor", "web", "--port", "0"]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert served.stdout is not None
    url = served.stdout.readline().split()[-1]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            take(browser, url, "web-desk.webp", (1280, 800), "light", hint=True)
            take(browser, url, "web-phone.webp", (390, 844), "dark", hint=False)
    finally:
        served.send_signal(signal.SIGINT)
        served.wait()


def take(browser: Browser, url: str, name: str, size: tuple[int, int], scheme: str, *, hint: bool) -> None:
    """One picture of the page with two photographs."""
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(url)
    page.get_by_text("Bring your photographs").wait_for()
    page.set_input_files("input[type=file][multiple]", PHOTOGRAPHS)
    page.locator(".strip img").nth(1).wait_for()
    page.get_by_role("button", name="migrant-mother").first.click()
    if hint:
        place_hint(page)
    page.mouse.move(2, 2)
    page.wait_for_timeout(1000)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.save(ROOT / "docs" / name, "WEBP", quality=QUALITY, method=6)
    page.close()


def place_hint(page: Page) -> None:
    """Clicks on the child's coat, and makes it navy."""
    page.wait_for_timeout(500)
    box = page.locator(".layer.after .sheet img").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.55 * box["height"])
    page.locator(".palette").get_by_role("button", name="navy").click()
    page.locator("button.mark").wait_for()


if __name__ == "__main__":
    main()
