"""The words of the live view, as its page gives them to it."""

from __future__ import annotations

from typing import Any

from bnviz.config import FIELDS
from bnviz.text.catalogue import catalogue, translate, tree


def view_words(language: str) -> dict[str, Any]:
    """Return the view's sentences in a language, nested by the parts of their keys, and the names of fields."""
    ours = {key: text for key, text in catalogue(language).items() if key.split(".")[0] == "live"}
    fields = {name: translate(f"field.{name}.label", language).lower() for name in FIELDS}
    return {"strings": tree(ours, "live"), "labels": {"fields": fields}}
