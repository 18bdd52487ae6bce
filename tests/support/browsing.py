"""The browser in which pages are looked at: the machine's own Chromium, driven by Playwright."""

import shutil

import pytest

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
TIMEOUT_MS = 60_000
"""Milliseconds that a busy machine may take."""


@pytest.fixture(scope="module")
def chromium():
    """A browser for a file of tests; each makes its own contexts in it."""
    driver = pytest.importorskip(
        "playwright.sync_api", reason="Playwright for Python is not installed (the extra plnsim[test])"
    )
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()
