"""Sentences about the paper's ImageNet tables."""

from __future__ import annotations

from bnviz.chapters.imagenet.cached import live_datasets
from bnviz.chapters.imagenet.ours import agreement
from bnviz.chapters.imagenet.published import VARIANTS, variant
from bnviz.chapters.imagenet.published_ensemble import HE_TOP5, HUMAN_TOP5, TEST_TOP5, gains
from bnviz.chapters.imagenet.results import Members
from bnviz.studies.records import StudyResult
from bnviz.text.catalogue import arm_label
from bnviz.ui.datasets import dataset_label
from bnviz.ui.text import language, t

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


def named(arm: str) -> str:
    """Return the name of an arm in the reader's language."""
    return arm_label(arm, language())


def mark_words(study: StudyResult, mark: str) -> str:
    """Return the accuracy that steps are counted to, as a sentence."""
    return t(f"imagenet.ours.{mark}", percent=f"{100 * study.threshold:g}")


def agreement_words(study: StudyResult) -> str:
    """Return a sentence, by the verdicts alone: whether the direction of the paper was seen here."""
    found = agreement(study)
    return t(
        f"imagenet.agreement.{found.kind}",
        seen=found.seen,
        total=len(found.verdicts),
        unseen=found.unseen,
        opposite=found.opposite,
        few=found.undecided,
    )


def members_words(found: Members) -> str:
    """Return a sentence: the ratio of the ensemble's error to that of its members, here and in the paper."""
    return t("imagenet.ours.members", here=f"{found.ratio:.2f}", paper=f"{found.paper:.2f}")


def data_words(dataset: str) -> str:
    """Return a sentence about the data of the small run."""
    alone = live_datasets() == ("mnist",)
    key = "images" if dataset != "mnist" else "digits" if alone else "chosen_digits"
    return t(f"imagenet.live.{key}", data=dataset_label(dataset))
