"""Training of the clinic's nets: plain loops, as a user would write them, with a curve of what they become."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from bnviz.chapters.clinic.case import Case, Images, served, with_batches
from bnviz.chapters.clinic.nets import generator_for
from bnviz.chapters.clinic.results import Curve
from bnviz.training.pace import pause_point

STEPS = 300
MEASURED = (1, 5, 10, 20, 30, 45, 60, 80, 100, 125, 150, 180, 210, 240, 270, 300)
WHILE_TRAINING = 2
"""Every so-manieth test image is used for a point of a curve."""


def batches(images: tuple[Images, ...], size: int, generator: torch.Generator) -> Iterator[tuple[Images, ...]]:
    """Yield batches of every domain indefinitely; the last, smaller batch of an epoch is used too."""
    while True:
        orders = [torch.randperm(len(x), generator=generator) for x, _ in images]
        for at in range(0, len(orders[0]), size):
            parts = [order[at : at + size] for order in orders]
            yield tuple((x[part], y[part]) for (x, y), part in zip(images, parts, strict=True))


@contextmanager
def drawn_from(seed: int, step: int) -> Iterator[None]:
    """Let what draws from torch's own generator, as dropout does, draw the same whenever this step is made."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(10_000 * seed + step)
        yield


def update(net: nn.Module, optimizer: torch.optim.Optimizer, parts: tuple[Images, ...]) -> None:
    """Make one update of the weights on a batch of each domain, each forwarded on its own."""
    optimizer.zero_grad()
    losses = [nn.functional.cross_entropy(net(x), y) for x, y in parts]
    pause_point()
    torch.stack(losses).sum().backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def train(case: Case, n_steps: int, seed: int) -> Iterator[int]:
    """Train a case's net in training mode; yields the number of updates made, from 1 on, in training mode.

    The learning rate is constant for two thirds of the updates, then falls to 0 along a line.

    ``case.apart`` False: the domains' images of a batch are forwarded together.
    """
    optimizer = torch.optim.Adam(case.net.parameters(), lr=case.lr)
    feed = batches(case.train, max(2, case.batch // len(case.train)), generator_for(seed))
    for step in range(1, n_steps + 1):
        parts = next(feed)
        if min(len(y) for _, y in parts) < 2:
            parts = next(feed)
        optimizer.param_groups[0]["lr"] = case.lr * min(1.0, 3.0 * (n_steps - step + 1) / n_steps)
        case.net.train()
        with drawn_from(seed, step):
            update(case.net, optimizer, parts if case.apart else (together(parts),))
        yield step


def together(parts: tuple[Images, ...]) -> Images:
    """Return the images of all domains as one batch."""
    x: Tensor = torch.cat([x for x, _ in parts])
    return x, torch.cat([y for _, y in parts])


def trained(case: Case, n_steps: int, seed: int) -> Curve:
    """Train a case's net and put it in evaluation mode; returns its curve."""
    curve = Curve()
    for step in train(case, n_steps, seed):
        if step in MEASURED or step == n_steps:
            case.net.eval()
            point(curve, case, step)
    case.net.eval()
    return curve


def point(curve: Curve, case: Case, step: int) -> None:
    """Add a point to a curve, measured on every second image."""
    known = tuple((x[:400], y[:400]) for x, y in case.train)
    curve.step.append(step)
    curve.train.append(with_batches(case, known))
    curve.batch.append(with_batches(case, case.test, share=WHILE_TRAINING))
    curve.served.append(served(case, WHILE_TRAINING))
