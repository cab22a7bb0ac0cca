"""The paper's ImageNet tables, written out: what is printed in bold, what follows from it plain."""

from __future__ import annotations

from bnviz.chapters.imagenet.published import VARIANTS, variant
from bnviz.chapters.imagenet.published_ensemble import HE_TOP5, HUMAN_TOP5, TEST_TOP5, gains
from bnviz.ui.text import t

KEYS = tuple(row.key for row in VARIANTS)


def name_of(key: str) -> str:
    """Return a variant's name as the paper prints it."""
    return variant(key).name


def source(place: str) -> str:
    """Say where a number stands."""
    return t(f"imagenet.source.{place}") if place.startswith("figure") else _section(place)


def area_words(chosen: str) -> str:
    """Say what the shaded area means."""
    row = variant(chosen)
    key = "area_blank" if row.steps.value is None else "area"
    return t(f"imagenet.curves.{key}", name=row.name)


def ensemble_notes() -> tuple[str, ...]:
    """Return what the * means, whose the human estimate is, and what makes the six networks differ."""
    return (
        t("imagenet.ensemble.star", test=f"{TEST_TOP5.known:g}", he=f"{HE_TOP5.known:g}"),
        t("imagenet.ensemble.human", human=f"{HUMAN_TOP5.value:g}"),
        t("imagenet.ensemble.members"),
    )


def gains_words() -> str:
    """Say what crops and networks bring, in points of top-5 error."""
    found = gains()
    return t("imagenet.ensemble.gains", crops=f"{found.crops:.1f}", models=f"{found.models:.1f}")


def _section(number: str) -> str:
    return t("imagenet.source.section", number=number)
