"""The world of each patient: the shape of its net, the images it was trained on, and how it is served."""

from __future__ import annotations

from collections.abc import Callable

import torch

from bnviz.chapters.clinic.case import AS_THEY_COME, Case, Images
from bnviz.chapters.clinic.nets import NetRecipe, build, generator_for, norms
from bnviz.data import load_dataset

SEED = 0
RATE = 3e-3
FEW = 100
"""Training digits of the patient that overfits."""
LAST = 3972
"""Training digits of the patient whose last batch of an epoch is small: 62 batches of 64, and one of 4."""
TRAINED_EPS, PORTED_EPS = 1e-3, 1e-5
UNSURE = (3, 5, 8)
"""Classes whose labels are drawn among them."""
WAVER = 0.04
"""How far the second channel falls below 1 in service."""


def digits() -> tuple[Images, Images]:
    """Return the bundled training and test digits."""
    data = load_dataset("mnist")
    return (data.x_train, data.y_train), (data.x_test, data.y_test)


def world_of(name: str) -> Case:
    """Return a patient's case with an untrained net, in the mode in which it is served."""
    case = WORLDS.get(name, _plain)()
    case.net.eval()
    if name == "chatter":
        for norm in norms(case.net):
            norm.train()
    return case


def _case(recipe: NetRecipe) -> Case:
    known, test = digits()
    return Case(build(recipe, SEED), (known,), (test,), lr=RATE)


def _plain() -> Case:
    return _case(NetRecipe())


def _chatter() -> Case:
    case = _plain()
    case.service = AS_THEY_COME
    return case


def _overfit() -> Case:
    case = _plain()
    ((x, y),) = case.train
    case.spares["more"] = (x, y)
    case.train, case.batch = ((x[:FEW], y[:FEW]),), FEW // 2
    return case


def _labels() -> Case:
    case = _plain()
    ((x, y),) = case.train
    classes = torch.tensor(UNSURE)
    confused, unsure = y.clone(), torch.isin(y, classes)
    drawn = torch.randint(0, len(classes), (int(unsure.sum()),), generator=generator_for(SEED))
    confused[unsure] = classes[drawn]
    case.spares["more"] = (x, y)
    case.train = ((x, confused),)
    return case


def _hasty() -> Case:
    case = _case(NetRecipe(momentum=0.99))
    ((x, y),) = case.train
    case.train = ((x[:LAST], y[:LAST]),)
    return case


def _domains() -> Case:
    case = _plain()
    case.train, case.test = (((x, y), (1 - x, y)) for x, y in (*case.train, *case.test))
    case.apart = True
    return case


def _pair() -> Case:
    case = _case(NetRecipe(pooled_norm=True))
    case.batch = 2
    return case


def _untracked() -> Case:
    case = _case(NetRecipe(tracked=False))
    case.service = AS_THEY_COME
    return case


def _eps() -> Case:
    case = _case(NetRecipe(eps=PORTED_EPS))
    case.train, case.test = (((x / 255, y),) for x, y in (*case.train, *case.test))
    return case


def _constant() -> Case:
    case = _case(NetRecipe(channels=2, input_norm=True))
    ((x, y),), ((tx, ty),) = case.train, case.test
    case.train = ((torch.cat([x, torch.ones_like(x)], 1), y),)
    second = 1 - WAVER * torch.rand(tx.shape, generator=generator_for(SEED))
    case.test = ((torch.cat([tx, second], 1), ty),)
    return case


def _frozen() -> Case:
    case = _plain()
    case.net.requires_grad_(False)
    return case


WORLDS: dict[str, Callable[[], Case]] = {
    "chatter": _chatter,
    "overfit": _overfit,
    "slow": lambda: _case(NetRecipe(momentum=0.001)),
    "hasty": _hasty,
    "domains": _domains,
    "pair": _pair,
    "untracked": _untracked,
    "eps": _eps,
    "constant": _constant,
    "dropout": lambda: _case(NetRecipe(dropout=0.4)),
    "frozen": _frozen,
    "labels": _labels,
}
"""What differs from the plain net among the plain digits."""
