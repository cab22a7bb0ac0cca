"""What the page on the paper's ImageNet results reads and runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from bnviz.config import InputError, RunConfig
from bnviz.experiments import imagenet_live
from bnviz.experiments.studies import RECORDINGS, STUDIES, StudyResult, load_study
from bnviz.ui.text import t

NAMES = ("inception-variants", "accelerate", "ensemble")
MOST_ARMS = imagenet_live.MOST_ARMS
LIVE = imagenet_live.NAME

live_datasets = imagenet_live.live_datasets


def recorded(name: str) -> StudyResult | None:
    """Return a study that the app ships, or None where it is missing or damaged."""
    path = RECORDINGS / f"{name}.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, InputError):
        return None


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> StudyResult:
    return load_study(path)


def command(name: str) -> str:
    """Return the command that makes a recording."""
    return f"python -m bnviz experiment run {name} --out assets/recordings/studies/{name}.json"


def arms_to_run() -> dict[str, RunConfig]:
    """Return the arms that the small form offers, with their recipes; none while there is no such study."""
    study = STUDIES.get(LIVE)
    return {} if study is None else {arm.name: study.config(arm, 0) for arm in study.arms}


def button() -> str:
    """Return the words of the button that runs the small form."""
    return t("imagenet.live.button", steps=imagenet_live.STEPS)


def live(
    dataset: str, arms: tuple[str, ...]
) -> Callable[[Callable[[int, int], None]], StudyResult]:  # fmt: skip
    """Return what runs a few arms in small, now."""
    return lambda progress: imagenet_live.live_study(dataset, arms, progress)
