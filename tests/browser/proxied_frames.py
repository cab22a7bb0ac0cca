"""Frames a second of the lab behind nginx in four configurations.

``PYTHONPATH=.:tests python tests/browser/proxied_frames.py`` prints, for each, the link of the view, the seconds from
the page to its first frame, and the frames painted a second while a scene trains, beside the same without a proxy,
measured in the same minute: the machine is part of each figure.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import chromium
from app_server import AppServer
from nginx_proxy import BLOCKED, WITHOUT_HOST, nginx, site
from playwright.sync_api import Browser, sync_playwright

WATCHED_S = 8.0
CASES = {
    "plain": ("", site()),
    "prefix": ("bnviz", site("nginx-prefix.conf")),
    "without Host": ("", site("nginx.conf", WITHOUT_HOST)),
    "blocked socket": ("", site("nginx.conf", BLOCKED)),
}


@contextmanager
def started(folder: Path, base: str) -> Iterator[AppServer]:
    """The app under a prefix."""
    server = AppServer(folder, base=base)
    try:
        yield server
    finally:
        server.close()


def measure(browser: Browser, url: str) -> str:
    """Return link, seconds and frames a second of a first visit, in words."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(120_000)
    began = time.perf_counter()
    page.goto(url + "/?preset=figure1")
    view = page.get_by_test_id("live-view")
    page.wait_for_selector("[data-testid=live-view][data-arrived=true]")
    first = time.perf_counter() - began
    page.locator("[data-testid=live-train][data-action=train]").click()
    page.wait_for_selector("[data-testid=live-view][data-source=live][data-status=running]")
    page.wait_for_timeout(2000)
    before, since = int(view.get_attribute("data-frames") or 0), time.perf_counter()
    page.wait_for_timeout(1000 * WATCHED_S)
    frames = int(view.get_attribute("data-frames") or 0) - before
    rate = frames / (time.perf_counter() - since)
    link = view.get_attribute("data-link")
    context.close()
    return f"{link}, first picture after {first:.1f} s, {rate:.1f} frames/s"


def main() -> None:
    """Measure every case."""
    with ExitStack() as stack, sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
        for base in ("", "bnviz"):
            with started(Path(folder), base) as server:
                if not base:
                    print(f"no proxy: {measure(browser, server.url)}", flush=True)
                for name, (prefix, text) in CASES.items():
                    if prefix == base:
                        port = stack.enter_context(nginx(server.port, Path(folder, name.replace(" ", "")), text))
                        url = f"http://127.0.0.1:{port}" + (f"/{base}" if base else "")
                        print(f"{name}: {measure(browser, url)}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
