"""The pitfalls: 18 short programs, each of which shows one, and the process that runs them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from types import MappingProxyType

from bnviz.config import InputError

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "pitfalls"
PITFALLS = tuple(f"p{number:02d}" for number in range(1, 19))

_REPOSITORIES = MappingProxyType(
    {
        "pytorch": "pytorch/pytorch",
        "fastai": "fastai/fastai",
        "keras": "keras-team/keras",
        "mmsegmentation": "open-mmlab/mmsegmentation",
        "chemprop": "chemprop/chemprop",
        "yolov5": "ultralytics/yolov5",
        "Swin-Transformer": "microsoft/Swin-Transformer",
        "giotto-deep": "giotto-ai/giotto-deep",
        "pytorch-pfn-extras": "pfnet/pytorch-pfn-extras",
        "insightface": "deepinsight/insightface",
        "torch7": "torch/torch7",
        "tensorflow": "tensorflow/tensorflow",
        "composer": "mosaicml/composer",
        "timm": "huggingface/pytorch-image-models",
        "d2l-en": "d2l-ai/d2l-en",
    }
)

_DISCUSSIONS: Mapping[str, str] = MappingProxyType(
    {
        "p01": "pytorch#5406, pytorch#4741, pytorch#3869, layumi/Person_reID#218",
        "p02": "fastai#1352, mmsegmentation#272, autodeeplab#14, ISBNet#12",
        "p03": "huggingface/transformers PR#19454, lukemelas/EfficientNet-PyTorch#3, tacotron_pytorch#19, "
        "pytorch2keras#70",
        "p04": "gzuidhof/nn-transfer PR#3",
        "p05": "pytorch#19902",
        "p06": "keras#4762, keras#6570, keras PR#9965, chemprop PR#952, gt-pyg#112, pytorch#66073",
        "p07": "pytorch#46516, giotto-deep#75, yolov5#1630, Swin-Transformer#107",
        "p08": "pytorch#22095, pytorch#110363, pytorch#175024, pytorch PR#175851",
        "p09": "pytorch#96136, pytorch-pfn-extras PR#117, insightface#2053",
        "p10": "torch7#846, yolov5#4104, revisiting-at#2",
        "p11": "tensorflow#11965, tensorflow#1122, hiwonjoon/tf-frrn#2",
        "p12": "composer#624, timgaripov/swa#8, timm#106, timm#224",
        "p13": "soumith/ganhacks#52, soumith/ganhacks#9",
        "p14": "facebookresearch/moco#137, facebookresearch/moco#46",
        "p15": "keras#1802, torch-residual-networks#5",
        "p16": "junyanz/pytorch-CycleGAN PR#84",
        "p17": "keras PR#1861, d2l-en PR#1591",
        "p18": "Li et al., CVPR 2019",
    }
)
_NO_ADDRESS = ("layumi/Person_reID", "junyanz/pytorch-CycleGAN")  # short forms, not their full names

TIMEOUT_S = 30.0
MAX_RUNNING = 2
SLOTS = BoundedSemaphore(MAX_RUNNING)
"""One slot per running program."""


@dataclass(frozen=True, slots=True)
class Discussion:
    """A public discussion of a pitfall: its name and number, and its address or None."""

    label: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a program.

    Attributes:
        ended: "ok", "failed" (a non-zero exit), "timeout" or "busy" (no free slot).
        output: the printed text, at most 4,000 characters.
        seconds: the running time.
    """

    ended: str
    output: str
    seconds: float


def discussions(pitfall: str) -> tuple[Discussion, ...]:
    """Return the public discussions of a pitfall."""
    text = _DISCUSSIONS[_known(pitfall)]
    if "#" not in text:
        return (Discussion(text, None),)
    return tuple(Discussion(label, _address(label)) for label in text.split(", "))


def program(pitfall: str) -> str:
    """Return the source of a pitfall's program."""
    return (FOLDER / f"{_known(pitfall)}.py").read_text(encoding="utf-8")


def run(pitfall: str, timeout_s: float = TIMEOUT_S) -> Outcome:
    """Run a pitfall's program in its own process and return the outcome.

    Only the programs of ``PITFALLS`` can be run, at most ``MAX_RUNNING`` at a time, each with a time limit.

    Raises:
        InputError: no such pitfall.
    """
    path = FOLDER / f"{_known(pitfall)}.py"
    if not SLOTS.acquire(timeout=timeout_s):
        return Outcome("busy", "", timeout_s)
    started = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(  # noqa: S603 - a file of the project, no shell, no input of the visitor
                [sys.executable, "-I", str(path)],
                cwd=folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout_s,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return Outcome("timeout", "", time.perf_counter() - started)
    finally:
        SLOTS.release()
    ended = "ok" if done.returncode == 0 else "failed"
    output = done.stdout if ended == "ok" else (done.stdout + done.stderr)
    return Outcome(ended, output[-4000:], time.perf_counter() - started)


def _known(pitfall: str) -> str:
    if pitfall not in PITFALLS:
        raise InputError(f"pitfall must be one of p01 to p18, got {pitfall!r:.80}")
    return pitfall


def _environment() -> dict[str, str]:
    """Return the part of the server's environment that a Python program needs to start."""
    needed = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "HOME", "TMPDIR") if name in os.environ}
    return {**needed, "OMP_NUM_DISCUSSIONS": "1", "PYTHONIOENCODING": "utf-8"}


def _address(label: str) -> str | None:
    name, number = label.split("#")
    name, kind = (name[:-3], "pull") if name.endswith(" PR") else (name, "issues")
    repository = _REPOSITORIES.get(name, name)
    if "/" not in repository or repository in _NO_ADDRESS:
        return None
    return f"https://github.com/{repository}/{kind}/{number}"
