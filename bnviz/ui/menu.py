"""The pages of the app, in the order of the menu."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "pages"

MENU: Mapping[str, tuple[str, ...]] = {
    "lab": ("lab", "contents"),
    "understand": ("transform", "saturation", "gradients", "whitening"),
    "practice": ("initialization", "inference", "regularization", "pitfalls", "clinic", "own_network"),
    "literature": ("convolution", "imagenet", "relatives"),
    "disputed": ("why", "survival", "claims", "misconceptions"),
    "more": ("limits", "data", "guide"),
}
"""Sections of the menu and their pages; a page's name is its file, its path in the address and its words' key."""

PATHS: Mapping[str, tuple[str, ...]] = {
    "newcomer": ("transform", "saturation", "gradients", "convolution", "inference", "survival", "misconceptions"),
    "practitioner": (
        "transform",
        "initialization",
        "convolution",
        "inference",
        "relatives",
        "pitfalls",
        "clinic",
        "regularization",
        "own_network",
    ),
    "dispute": ("whitening", "gradients", "regularization", "imagenet", "why", "claims", "misconceptions"),
}
"""Ways through the chapters for three readers."""

CHAPTERS = (*MENU["understand"], *MENU["practice"], *MENU["literature"], *MENU["disputed"])


def path(name: str) -> Path:
    """Return a page's file."""
    return PAGES / f"{name}.py"


def present(names: tuple[str, ...]) -> list[str]:
    """Return the pages that have a file, in the same order."""
    return [name for name in names if path(name).is_file()]
