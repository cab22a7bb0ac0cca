"""``python -m bnviz record``: make the recordings and documents that the repository ships."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bnviz.cli.common import Commands
from bnviz.config import InputError

if TYPE_CHECKING:
    from bnviz.api.record import Recorder

RECORDINGS: Mapping[str, str] = {
    "default": "the run that the default scene shows before Train is pressed",
    "scenes": "the runs that the other scenes show before Train is pressed",
    "mnist-sample": "the 5,000 digits that the app ships",
    "clinic": "The clinic: its patients, how they fell ill, and what an examination finds",
    "convolution": "Convolution: feature maps, BN inserted late, the twins of VGG11 and ResNet-20",
    "inference": "Training and inference: which statistics to evaluate with",
    "inference-net": "Training and inference: the small net of the picture",
    "initialization": "Initialization: sweeps over learning rate and initial scale",
    "own-network": "Your own network: a small sick net, its recording, its report and its checkpoint",
    "regularization": "Regularization: overfitting on 500 digits",
    "saturation": "Saturation and depth: every layer of three networks at a few steps",
    "survival": "Survival map: one map per network, and the sweep over rates of a scene of the lab",
    "why": "Why it works: covariate shift, noise and smoothness",
    "why-walk": "Why it works: walks along the gradient, for its picture",
    "claims": "the ledger of claims and the misconceptions",
    "studies": "the named experiments of the literature",
    "why-doc": "the measured parts of docs/why.md",
    "experiments-doc": "docs/experiments.md",
    "claims-doc": "the tables of docs/claims.md",
    "rule-doc": "the tables and the picture of docs/rule.md: error rates of the one rule, and its limits",
    "speed": "the figures of speed, measured on this machine, then what speed-doc makes of them",
    "speed-doc": "docs/speed.md, its picture and the README's table, from the figures of speed",
    "own-network-doc": "the answers and the pictures of docs/your-own-network.md",
    "fonts": "the letters and icons that the app shows, from Streamlit's fonts (pip install fonttools brotli)",
    "posters": "the pictures that stand in the pages until their own are there",
    "pictures": "the moving pictures of the README",
}
"""What each name makes."""


def add_to(commands: Commands) -> None:
    """Register the command."""
    names = ", ".join(RECORDINGS)
    parser = commands.add_parser("record", help="make a recording or document that the repository ships")
    parser.add_argument("name", nargs="?", metavar="NAME", help=f"one of {names}")
    parser.add_argument("parts", nargs="*", metavar="PART", help="only these parts of it (default: all)")
    parser.add_argument("--list", action="store_true", help="what each name makes")
    parser.add_argument("--seeds", type=int, metavar="N", help="seeds 0 to N-1 (default: as shipped)")
    parser.add_argument("--steps", type=int, metavar="N", help="updates (default: as shipped)")
    parser.add_argument("--dataset", default="", metavar="NAME", help="images where CIFAR-10 is used, or file:PATH.npz")
    parser.add_argument("--out", metavar="FOLDER", help="write here and not where the app reads")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List the recordings, or make one and print its files."""
    if arguments.list:
        for name, what in RECORDINGS.items():
            print(f"{name:16} {what}")
        return 0
    if arguments.name not in RECORDINGS:
        found = "none" if arguments.name is None else f"{arguments.name!r:.80}"
        raise InputError(f"record takes one of {', '.join(RECORDINGS)}, got {found}")
    for option in ("seeds", "steps"):
        if (value := getattr(arguments, option)) is not None and value < 1:
            raise InputError(f"--{option} must be at least 1, got {value}")
    from bnviz.api.record import RecordOptions
    from bnviz.training.threads import use_one_thread

    use_one_thread()
    options = RecordOptions(
        _folder(arguments.out), arguments.seeds, arguments.steps, arguments.dataset, tuple(arguments.parts), _show
    )
    for path in recorders()[arguments.name](options):
        print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")
    return 0


def recorders() -> Mapping[str, Recorder]:
    """Return the function of each name; imported only here, since they need torch."""
    from bnviz.chapters.clinic.record import record as clinic
    from bnviz.chapters.convolution.record import record as convolution
    from bnviz.chapters.inference.record import record as inference
    from bnviz.chapters.inference.record import record_net as inference_net
    from bnviz.chapters.initialization.record import record as initialization
    from bnviz.chapters.own_network.record import record as own_network
    from bnviz.chapters.regularization.record import record as regularization
    from bnviz.chapters.saturation.record import record as saturation
    from bnviz.chapters.survival.record import record as survival
    from bnviz.chapters.why.record import record as why
    from bnviz.chapters.why.record import record_walks
    from bnviz.cli.record_default import record_default, record_mnist_sample
    from bnviz.cli.record_scenes import record_scenes
    from bnviz.cli.record_studies import record_studies
    from bnviz.ledger.record import record as claims

    return {
        "default": record_default,
        "scenes": record_scenes,
        "mnist-sample": record_mnist_sample,
        "clinic": clinic,
        "convolution": convolution,
        "inference": inference,
        "inference-net": inference_net,
        "initialization": initialization,
        "own-network": own_network,
        "regularization": regularization,
        "saturation": saturation,
        "survival": survival,
        "why": why,
        "why-walk": record_walks,
        "claims": claims,
        "studies": record_studies,
        **_documents(),
        **_of_the_app(),
    }


def _documents() -> Mapping[str, Recorder]:
    """What is written into the folder docs."""
    from bnviz.chapters.why.document import record_document as why
    from bnviz.cli.claims_document import record_document as claims
    from bnviz.cli.experiments_document import record_document as experiments
    from bnviz.cli.own_network_document import record_document as own_network
    from bnviz.cli.rule_document import record_document as rule
    from bnviz.cli.speed_document import record_document as speed
    from bnviz.cli.speed_document import record_speed

    return {
        "why-doc": why,
        "experiments-doc": experiments,
        "claims-doc": claims,
        "rule-doc": rule,
        "speed": record_speed,
        "speed-doc": speed,
        "own-network-doc": own_network,
    }


def _of_the_app() -> Mapping[str, Recorder]:
    """What is made of the app itself: its fonts and pictures of its pages."""
    from bnviz.cli.record_fonts import record_fonts
    from bnviz.cli.record_pictures import record_pictures
    from bnviz.cli.record_posters import record_posters

    return {"fonts": record_fonts, "posters": record_posters, "pictures": record_pictures}


def _folder(text: str | None) -> Path | None:
    if text is not None and not Path(text).is_dir():
        raise InputError(f"--out must name a folder that exists, got {text!r:.80}")
    return None if text is None else Path(text)


def _show(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
