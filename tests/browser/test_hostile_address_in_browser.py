"""What Streamlit makes, in a real browser, of what strangers wrote into an address."""

from __future__ import annotations

import urllib.error
import urllib.request
from urllib.parse import urlencode

from app_server import AppServer
from lab_view import Lab
from playwright.sync_api import expect
from test_accessibility import visit

from bnviz.text.plain import LONGEST
from bnviz.web.headers import OTHERS

TYPED = "![i](//e)[a](//e)<b> http://e www.e.x a@e.x :material/home: :red[r]$x$`c`**b**"
RENDERED = "a, img, code, em, strong, del, h1, svg, .katex, [class*=colored], [data-testid=stIconMaterial]"


def test_what_was_typed_is_shown_letter_by_letter(lab: Lab) -> None:
    lab.page.goto(f"{lab.url}/?{urlencode({'preset': TYPED + 'x' * 3000})}")
    told = lab.page.get_by_test_id("stMain").get_by_test_id("stAlertContentWarning")
    expect(told).to_be_visible()
    text = told.inner_text().replace("\u2060", "")
    assert f"'{TYPED}"[:LONGEST] in text
    assert len(text) < 400
    assert told.get_by_test_id("stMarkdownContainer").locator(RENDERED).count() == 0


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


def test_streamlits_own_answers_carry_the_headers(app: AppServer) -> None:
    paths = ("/", "/nowhere", "/favicon.png", "/static/index.html", "/static/none.js", "/media/none", "/component/none")
    for path in (*paths, "/_stcore/health", "/_stcore/host-config", "/app/static/none", "/bnviz/assets/none"):
        try:
            answer = urllib.request.urlopen(app.url + path)  # noqa: S310 - our own address
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            assert {name: answer.headers[name] for name in OTHERS} == OTHERS, path
            (policy,) = answer.headers.get_all("content-security-policy")
            assert policy.startswith("default-src 'self'; "), path


def test_another_site_cannot_frame_a_page(lab: Lab) -> None:
    lab.page.set_content(f'<iframe src="{lab.url}/guide"></iframe>')
    lab.forgiven += ["frame-ancestors", "forbidden: frame-ancestors"]
    lab.page.wait_for_function("() => document.querySelector('iframe').contentDocument === null")
    (framed,) = lab.page.main_frame.child_frames
    framed.wait_for_load_state()
    assert framed.url.startswith("chrome-error:")
