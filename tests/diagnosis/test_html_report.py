"""The report as a page: complete, escaped, without scripts and requests, in both languages."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bnviz.diagnosis.diagnosis import Diagnosis, LayerHealth, NotChecked
from bnviz.diagnosis.finding import Effect, Finding
from bnviz.diagnosis.html_layers import severities, unfit
from bnviz.diagnosis.html_report import html_fragment, html_report

NAN = float("nan")
Z, RATIO = (-2.0, -0.5, 0.1, 0.4, 3.0), (0.5, 0.9, 1.0, 1.1, 4.0)


def diagnosis(name: str = "block2.bn") -> Diagnosis:
    effect = Effect("accuracy", 0.098, 0.658, "mended")
    findings = (
        Finding("not-finite", "error", name, (3, 7), {"n": 2, "of": 16}, effect),
        Finding("useless-bias", "note", "block1.bn", (), {"n": 1, "of": 3}),
    )
    layers = (
        LayerHealth("block1.bn", "batch", 8, False, 0, Z, RATIO, (1, 2), 1.0),
        LayerHealth(name, "batch", 16, False, 2, Z, (0.0, 1.0, 1.0, 1.0, NAN), (3, 7), 1.0),
        LayerHealth("last.ln", "layer", 16, True, 0),
    )
    facts = {"model": "Net", "date": "2026-11-27", "versions": {"torch": "2.13.0"}, "metric": "accuracy", "batches": 8}
    measured = {"evaluation": 0.098, "training": 0.9, "reestimated": NAN}
    unchecked = (NotChecked("dropout-before-bn", "the model failed in training mode"),)
    return Diagnosis(**facts, **measured, layers=layers, findings=findings, not_checked=unchecked)


class Tags(HTMLParser):
    """Collects tags and attributes, and checks that every tag is closed."""

    VOID = frozenset({"meta", "br", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_holds_every_finding_and_layer_and_asks_for_nothing(language: str) -> None:
    page = html_report(diagnosis(), language)
    tags = Tags(page)
    names = {tag for tag, _ in tags.seen}
    assert not names & {"script", "link", "img", "iframe", "a", "object"}
    assert ("html", {"lang": language}) in tags.seen
    assert not re.search(r"https?:|url\(|@import|src=", page)
    assert "default-src 'none'" in page
    for finding in diagnosis().findings:
        assert finding.worded("title", language) in page
        assert finding.worded("cure", language) in page
        assert finding.link in page
    for layer in diagnosis().layers:
        assert f">{layer.name}</code>" in page
    assert ".098" in page
    assert ".658" in page
    assert "the model failed in training mode" in page


def test_the_worst_layer_is_the_first_row() -> None:
    page = html_report(diagnosis())
    rows = re.findall(r'<div class="name"><code class="(\w*)">([^<]+)</code>', page)
    assert rows == [("error", "block2.bn"), ("note", "block1.bn"), ("", "last.ln")]
    assert severities(diagnosis()) == {"block2.bn": "error", "block1.bn": "note"}


def test_how_badly_a_layer_fits_is_told_from_its_quartiles() -> None:
    layers = diagnosis().layers
    assert unfit(layers[0]) == 0.5
    assert unfit(layers[1]) == float("inf")
    assert unfit(layers[2]) == 0


def test_names_of_strangers_cannot_leave_their_place() -> None:
    hostile = '"><script>alert(1)</script><i style="x\x00\u202e' + "y" * 1500
    for page in (html_report(diagnosis(hostile)), html_fragment(diagnosis(hostile))):
        assert "script" not in {tag for tag, _ in Tags(page).seen}
        assert "<script" not in page
        assert "\u202e" not in page
        assert "\x00" not in page
        assert len(page) < 60_000


def test_a_report_that_came_as_json_without_its_evidence_still_shows(tmp_path: Path) -> None:
    plain = json.loads(json.dumps(diagnosis().to_dict()))
    plain["findings"][0]["evidence"] = {"lang": 1, "key": "x", "reason": "unknown words", "seen": "nothing"}
    found = Diagnosis.from_dict(plain)
    assert "? of ? channels" in html_report(found)
    page = found.save(tmp_path / "report.html", "zh").read_text(encoding="utf-8")
    assert '<html lang="zh">' in page


def test_a_healthy_model_is_told_so() -> None:
    page = html_report(Diagnosis("Net", "2026-11-27", {"torch": "2.13.0"}))
    assert "Nothing above a note" in page
    assert "Nothing was found in 0 normalization layers." in page


def test_the_fragment_styles_only_itself() -> None:
    fragment = html_fragment(diagnosis())
    css = re.search(r"<style>(.*?)</style>", fragment, re.DOTALL)
    assert css is not None
    rules = re.sub(r"/\*.*?\*/|@media[^{]*\{", "", css[1], flags=re.DOTALL)
    assert all(
        "bnviz-report" in selector for selector in re.findall(r"([^{}]+)\{", rules) for selector in selector.split(",")
    )
