"""A Chromium, the real app on a free port, and a fresh page for each test that must end without complaints.

All of it ends with this folder's last test: while Playwright is there, an event loop runs in this thread, in
which other tests could not start their own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import chromium
import pytest
from app_server import WATCHED, AppServer
from lab_view import PATIENCE_MS, Lab
from playwright.sync_api import Browser, expect, sync_playwright
from tabs import WIDE, Tabs

MakeLab = Callable[..., Lab]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = os.path.dirname(__file__) + os.sep
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
    # Last: Playwright keeps an event loop running in the main thread until the session ends, and tests of our
    # own coroutines could not start theirs.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Put the server's log beside a failure."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, AppServer):
                report.sections.append(("log of the app", value.tail()))
    return report


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        reason = f"no Chromium: none of {', '.join(chromium.NAMES)} is on the path, nor does CHROMIUM name one"
        if os.environ.get("BNVIZ_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.BRIEF_VISIT_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def app(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The app for all tests that do not ask for one of their own; it has no network, and none may want one."""
    server = AppServer(tmp_path_factory.mktemp("app"), WATCHED)
    yield server
    asked = server.asked_outside()
    server.close()
    if asked:  # any of the tests may have: the last one, whose end this is, must not get a second try for it
        pytest.exit(f"the app asked for other machines: {asked}")


@pytest.fixture
def own_app(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """A fresh app without a visit, which answers questions about its threads."""
    server = AppServer(tmp_path_factory.mktemp("own_app"), WATCHED)
    yield server
    server.close()
    assert "lifespan hooks will be skipped" not in server.tail(), "the janitor did not run"


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Tabs:
    """What the tests of this folder share of the browser."""
    return Tabs(browser)


@pytest.fixture
def new_lab(tabs: Tabs) -> Iterator[MakeLab]:
    """Make pages; none of them may have complained when the test ends."""
    labs: list[Lab] = []

    def make(server: AppServer, **options: object) -> Lab:
        labs.append(Lab(tabs.take(**options), server.url))
        return labs[-1]

    yield make
    for lab in labs:
        lab.rest()
        lab.leave()
        tabs.give_back(lab.page, lab.url)
    assert [text for lab in labs for text in lab.complaints()] == []


@pytest.fixture
def first_visit(browser: Browser, app: AppServer) -> Iterator[Lab]:
    """A page of the shared app in a browser that has never seen it: no cache, nothing compiled."""
    context = browser.new_context(viewport=WIDE, locale="en-US")
    lab = Lab(context.new_page(), app.url)
    yield lab
    lab.rest()
    context.close()
    assert lab.complaints() == []


@pytest.fixture
def lab(app: AppServer, new_lab: MakeLab) -> Lab:
    """An empty tab for the shared app, 1400 pixels wide, in the light theme."""
    return new_lab(app)
