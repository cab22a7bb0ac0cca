"""The pages of the app, as the menu has them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "pages"

MENU: Mapping[str, tuple[str, ...]] = {
    "lab": ("lab",),
    "understand": ("transform", "saturation", "gradients", "whitening"),
    "practice": ("initialization", "inference", "regularization", "pitfalls"),
    "literature": ("convolution", "imagenet", "relatives"),
    "disputed": ("why", "survival", "claims", "misconceptions"),
    "more": ("data", "guide"),
}
"""Section of the menu -> its pages; a file's name is its words' key and its address."""

CHAPTERS = (*MENU["understand"], *MENU["practice"], *MENU["literature"], *MENU["disputed"])


def path(name: str) -> Path:
    """Return a page's file."""
    return PAGES / f"{name}.py"


def present(names: tuple[str, ...]) -> list[str]:
    """Return those pages that are there, in their order."""
    return [name for name in names if path(name).is_file()]
