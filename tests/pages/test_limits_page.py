"""The page on limits: its numbers are filled in, and verdicts lead to it."""

from __future__ import annotations

import pytest
from opened_app import Open, words

from bnviz.chapters.limits.facts import limits
from bnviz.chapters.limits.parts import SECTIONS
from bnviz.text.catalogue import translate


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_limit_is_said_with_its_numbers(open_page: Open, lang: str) -> None:
    app = open_page(lang, page="limits")
    shown = words(app)
    assert [each.value for each in app.subheader] == [
        translate(f"limits.{name}.title", lang) for name in (*SECTIONS, "check")
    ]
    found = limits()
    for number in (found.lab, found.vgg11_published, found.n_train, found.longest):
        assert f"{number:,}" in shown
    assert f"{found.error:.1f}" in shown
    assert "{" not in shown


@pytest.mark.parametrize(
    ("page", "query"), [("convolution", {"conv_part": "curves"}), ("why", {"why_part": "shift", "turn": "show"})]
)
def test_a_verdict_leads_to_the_limits(open_page: Open, page: str, query: dict[str, str]) -> None:
    app = open_page(page=page, **query)
    links = [each.proto.label for each in app.get("page_link")]
    assert translate("limits.link") in links
