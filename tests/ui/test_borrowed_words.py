"""The words that we replace are those that Streamlit and Plotly write: with another version they may be others."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit

from bnviz.text.catalogue import catalogue

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"


def test_every_borrowed_sentence_is_in_their_scripts() -> None:
    theirs = "".join(path.read_text("utf-8") for path in SCRIPTS.glob("*.js")).replace("\\'", "'")
    borrowed = {name: text for name, text in catalogue("en").items() if name.startswith("borrowed.")}
    assert len(borrowed) > 40
    parts = [
        (name, part.strip(" .")) for name, text in borrowed.items() for part in re.split(r"\{\w+\}|(?<=\.) ", text)
    ]
    assert [(name, part) for name, part in parts if part not in theirs] == []
