"""Every page of the menu, through the real shell, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bnviz.live.session import Session
from bnviz.text.catalogue import translate

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_it_renders_in_its_language(page: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(Session, "_new_run", lambda self, play: None)  # no thread starts here
    app = AppTest.from_file(ROOT / "bnviz" / "ui" / "shell.py", default_timeout=60)
    app.query_params["lang"] = lang
    app.switch_page(f"../../pages/{page}.py").run()
    assert not app.exception
    shown = " ".join(
        str(element.value)
        for kind in ("markdown", "caption", "title", "subheader", "header")
        for element in app.get(kind)
    )
    shown += " ".join(html.proto.body for html in app.get("html"))
    has_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in shown)
    assert has_chinese == (lang == "zh")
    if page == "lab":
        assert translate("scene.default.title", lang) in shown
