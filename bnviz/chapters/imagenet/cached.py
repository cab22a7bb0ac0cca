"""The small runs that the page on the paper's ImageNet results starts."""

from __future__ import annotations

from collections.abc import Callable

from bnviz.chapters.imagenet import live_study
from bnviz.progress import ProgressCallback
from bnviz.studies import STUDIES, StudyResult
from bnviz.ui.text import t
from bnviz.ui.visitor import visitor

NAMES = ("inception-variants", "accelerate", "ensemble")
MAX_ARMS = live_study.MAX_ARMS
LIVE = live_study.NAME


def live_datasets() -> tuple[str, ...]:
    """Return the data sets that the visitor may choose from, best first."""
    return live_study.live_datasets(visitor().name)


def arms_to_run() -> tuple[str, ...]:
    """Return the arms that can be run now."""
    return tuple(arm.name for arm in STUDIES[LIVE].arms)


def button() -> str:
    """Return the label of the button that runs some arms now."""
    return t("imagenet.live.button", steps=live_study.STEPS)


def live(dataset: str, arms: tuple[str, ...]) -> Callable[[ProgressCallback], StudyResult]:
    """Return a function that runs a few arms now, with fewer images and steps."""
    owner = visitor().name
    return lambda on_progress: live_study.run_live(dataset, arms, on_progress, owner)
