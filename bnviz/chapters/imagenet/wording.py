"""Sentences about the paper's ImageNet tables."""

from __future__ import annotations

from bnviz.chapters.imagenet.published import VARIANTS, variant
from bnviz.chapters.imagenet.published_ensemble import HE_TOP5, HUMAN_TOP5, TEST_TOP5, gains
from bnviz.ui.text import t

KEYS = tuple(row.key for row in VARIANTS)


def name_of(key: str) -> str:
    """Return a variant's name as the paper prints it."""
    return variant(key).name


def source(name: str) -> str:
    """Return the source of a printed number: a figure, or a section by its number."""
    return t(f"imagenet.source.{name}") if name.startswith("figure") else t("imagenet.source.section", number=name)


def area_words(chosen: str) -> str:
    """Return the meaning of the shaded area."""
    row = variant(chosen)
    key = "area_blank" if row.steps.value is None else "area"
    return t(f"imagenet.curves.{key}", name=row.name)


def ensemble_notes() -> tuple[str, ...]:
    """Return the notes on the *, on the human error and on the differences between the six networks."""
    return (
        t("imagenet.ensemble.star", test=f"{TEST_TOP5.known:g}", he=f"{HE_TOP5.known:g}"),
        t("imagenet.ensemble.human", human=f"{HUMAN_TOP5.value:g}"),
        t("imagenet.ensemble.members"),
    )


def gains_words() -> str:
    """Return the reductions of the top-5 error by crops and by networks."""
    found = gains()
    return t("imagenet.ensemble.gains", crops=f"{found.crops:.1f}", models=f"{found.models:.1f}")
