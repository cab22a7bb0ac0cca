"""What the page on the paper's ImageNet results runs."""

from __future__ import annotations

from collections.abc import Callable

from bnviz.chapters.imagenet import live_study
from bnviz.studies import STUDIES, StudyResult
from bnviz.ui.text import t

NAMES = ("inception-variants", "accelerate", "ensemble")
MOST_ARMS = live_study.MOST_ARMS
LIVE = live_study.NAME

live_datasets = live_study.live_datasets


def arms_to_run() -> tuple[str, ...]:
    """Return the arms that the small form offers."""
    return tuple(arm.name for arm in STUDIES[LIVE].arms)


def button() -> str:
    """Return the words of the button that runs the small form."""
    return t("imagenet.live.button", steps=live_study.STEPS)


def live(dataset: str, arms: tuple[str, ...]) -> Callable[[Callable[[int, int], None]], StudyResult]:
    """Return what runs a few arms in small, now."""
    return lambda progress: live_study.live_study(dataset, arms, progress)
