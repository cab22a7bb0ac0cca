"""The words of the view without the app: those of its panels, and what it says where nothing can be trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UnsetType

from bnviz.config import FIELDS
from bnviz.telemetry.history import History
from bnviz.text.catalogue import arm_labels, catalogue, translate, tree

LANGUAGES = ("en", "zh")
_INSTEAD = "standalone.instead."
_STEERING = ("live.restart.", "live.tour.")
"""Said only where a run is steered."""


def view_words(lang: str) -> dict[str, Any]:
    """Return what assets/live needs of a language: its sentences as a tree, and the names of the fields."""
    words = catalogue(lang)
    live = {key: text for key, text in words.items() if key.startswith("live.") and not key.startswith(_STEERING)}
    live |= {f"live.{key.removeprefix(_INSTEAD)}": text for key, text in words.items() if key.startswith(_INSTEAD)}
    fields = {name: translate(f"field.{name}.label", lang).lower() for name in FIELDS}
    return {"strings": tree(live, "live"), "labels": {"fields": fields}}


def title_of(history: History, lang: str, given: str | None = None) -> str:
    """Return the title of a recording: as given, else the watched model's name or those of the arms."""
    watched = history.description.watched
    if given is not None:
        return given
    return " · ".join(arm_labels(history.experiment, lang)) if isinstance(watched, UnsetType) else watched.model


def page_words(history: History, lang: str, title: str | None = None) -> dict[str, Any]:
    """Return what the page of a recording says in one language, the view's words included."""
    description = history.description
    made = description.provenance
    frames = history.frames
    about = "about_watched" if description.is_watched else "about_run"
    data = description.dataset.name
    values: Mapping[str, object] = {
        "dataset": catalogue(lang).get(f"dataset.{data}", data),
        "seed": made.seed,
        "frames": f"{len(frames):,}",
        "step": f"{frames[-1].step if frames else 0:,}",
        "date": made.date[:10],
    }
    versions = ", ".join(f"{name} {version}" for name, version in made.versions.items()) or "PyTorch"
    return {
        "name": translate("standalone.language", lang),
        "title": title_of(history, lang, title),
        "about": translate(f"standalone.{about}", lang, **values),
        "made": translate("standalone.made", lang, versions=versions),
        **view_words(lang),
    }
