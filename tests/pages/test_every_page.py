"""Every page of the menu, through the real shell, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from opened_app import ROOT, Open, is_chinese, words

from bnviz.text.catalogue import translate

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_it_renders_in_its_language(
    open_page: Open, page: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path))
    app = open_page(lang, page=page)
    shown = words(app, "markdown", "caption", "title", "subheader", "header")
    shown += " ".join(html.proto.body for html in app.get("html") if "<style>" not in html.proto.body)
    shown += " ".join(str(json.loads(each.proto.json)) for each in app.get("bidi_component"))
    assert is_chinese(shown) == (lang == "zh")
    if page == "lab":
        assert translate("scene.default.title", lang) in shown
