"""What Streamlit makes, in a real browser, of what strangers wrote into an address."""

from __future__ import annotations

from urllib.parse import urlencode

from lab_view import Lab
from playwright.sync_api import expect
from test_accessibility import visit

from bnviz.text.plain import LONGEST

TYPED = "<img src=http://e.example/a.png> ![i](http://e.example/i.png) [a](http://e.example) http://e.example"
MORE = "www.e.example me@e.example :material/home: :streamlit: :red[r] $x^2$ `c` **b** ~~s~~ :rocket: # h"
RENDERED = "a, img, code, em, strong, del, h1, svg, .katex, [data-testid=stIconMaterial]"


def test_what_was_typed_is_shown_letter_by_letter(lab: Lab) -> None:
    for typed in (TYPED, MORE):
        assert len(typed) > LONGEST
        visit(lab, f"/?{urlencode({'preset': typed + 'x' * 3000})}")
        told = lab.page.get_by_test_id("stSidebar").get_by_test_id("stAlertContentWarning")
        expect(told).to_be_visible()
        text = told.inner_text().replace("\u2060", "")
        assert f"'{typed}"[:LONGEST] in text
        assert len(text) < 400
        body = told.get_by_test_id("stMarkdownContainer")
        assert body.locator(RENDERED).count() == 0


def test_the_page_may_not_load_send_or_run_what_is_foreign(lab: Lab) -> None:
    page = visit(lab, "/data")
    lab.forgiven += ["Content Security Policy", r"forbidden: .*(e\.example|inline)"]
    tries = """() => {
      const found = [];
      addEventListener("securitypolicyviolation", ({ effectiveDirective }) => found.push(effectiveDirective));
      const picture = new Image();
      picture.src = "http://e.example/a.png";
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      const foreign = document.createElement("script");
      foreign.src = "http://e.example/a.js";
      document.body.append(foreign);
      fetch("http://e.example/").catch(() => {});
      try { new WebSocket("ws://e.example/"); } catch { /* some browsers throw */ }
      return new Promise((done) => {
        const look = () => (found.length >= 5 ? done([...found].sort()) : setTimeout(look, 20));
        look();
      });
    }"""
    assert page.evaluate(tries) == ["connect-src", "connect-src", "img-src", "script-src-elem", "script-src-elem"]
    assert page.evaluate("window.ran") is None
    lab.foreign.clear()  # the browser stopped them
