"""What assets/page/page.js does to a page of Streamlit's elements, which the tests put there themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lab_view import Lab
from playwright.sync_api import Page, expect

from bnviz.text.catalogue import catalogue, translate
from bnviz.web.pages import SCRIPT

# An image that never comes keeps the script from starting anything.
HTML = """<!DOCTYPE html><html lang="en"><body>
<div id="bnviz-poster"><img alt=""></div><script>{script}</script>
<div class="stApp" data-test-script-state="running"><div class="stMainBlockContainer"></div></div>
</body></html>"""
SAY = """(place) => {
  document.querySelector(".stMainBlockContainer").innerHTML =
    `<div data-testid="stAlert">PyTorch cannot be imported</div><div class="${place}"></div>`;
}"""
ENDED = """() => { document.querySelector(".stApp").dataset.testScriptState = "notRunning"; }"""


@pytest.fixture
def page(lab: Lab) -> Iterator[Page]:
    html = HTML.replace("{script}", SCRIPT.read_text(encoding="utf-8"))
    lab.page.route("**/bare", lambda route: route.fulfill(body=html, content_type="text/html"))
    lab.page.goto(f"{lab.url}/bare")
    yield lab.page
    lab.page.unroute("**/bare")


def test_a_poster_does_not_hide_what_a_page_says_in_place_of_its_picture(page: Page) -> None:
    poster = page.locator("#bnviz-poster")
    page.evaluate(SAY, "st-key-other")
    expect(poster).to_have_count(1)
    expect(page.locator("html")).to_have_class("bnviz-arriving bnviz-waiting")
    page.evaluate(ENDED)
    expect(poster).to_have_count(0, timeout=5000)  # of its own accord, it would go after ten seconds
    expect(page.locator("html")).to_have_class("")


def test_a_poster_stays_where_a_picture_comes_below_a_message(page: Page) -> None:
    page.evaluate(SAY, "st-key-live")
    page.evaluate(ENDED)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.locator("#bnviz-poster")).to_have_count(1)
    page.evaluate("window.dispatchEvent(new CustomEvent('bnviz:first-frame'))")
    expect(page.locator("#bnviz-poster")).to_have_count(0)


def test_streamlits_own_words_are_in_the_readers_language(lab: Lab) -> None:
    lab.forgive(r"404.*_stcore/(health|host-config)")
    lab.page.goto(f"{lab.url}/data?lang=zh")
    button = lab.page.get_by_test_id("stFileUploaderDropzone").locator("button")
    expect(button).to_have_text(re.compile(translate("borrowed.upload", "zh")))
    own = [text for name, text in catalogue("en").items() if name.startswith("borrowed.") and "{" not in text]
    shown = lab.page.evaluate("""() => [...document.querySelectorAll(".stApp [aria-label], .stApp [title]")]
      .flatMap((each) => [each.getAttribute("aria-label"), each.getAttribute("title")])""")
    assert set(own) & set(shown) == set()
    lab.page.locator(".st-key-speak_en button").click()
    expect(button).to_have_text(re.compile(translate("borrowed.upload", "en")))
