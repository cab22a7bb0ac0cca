"""How each patient fell ill: real training and real mistakes, none of them drawn by hand.

Every function takes a patient's name and the healthy net that several of them began as, and returns the sick one.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from bnviz.chapters.clinic.case import Case, served
from bnviz.chapters.clinic.nets import generator_for, norms, put_statistics, statistics
from bnviz.chapters.clinic.results import Curve
from bnviz.chapters.clinic.train import MEASURED, point, train, trained
from bnviz.chapters.clinic.worlds import FEW, LAST, PORTED_EPS, SEED, TRAINED_EPS, digits, world_of

MEMORY = 0.99
"""Share of the old value in the teacher's averaged weights."""
COPIED = 10
"""The update at which the teacher got the student's buffers, for the last time."""
OVERFLOWING = 60_000.0
"""Brightness of the damaged pixels; the largest number in half precision is 65,504."""
SEEN = (1, 2, 3, 5, 8, 12, 20)
"""Stray forwards after which the accuracy is measured."""


@dataclass(slots=True, eq=False)
class Sick:
    """A patient as it was brought in.

    Attributes:
        case: the sick net and its world.
        goal: accuracy of its healthy twin as it is served.
        curve: how it fell ill.
        facts: numbers of its story, by name.
    """

    case: Case
    goal: float
    curve: Curve
    facts: dict[str, float | int]


def healthy(n_steps: int) -> Sick:
    """Train the healthy net: the twin of all that differ from it by their illness only."""
    case = world_of("healthy")
    curve = trained(case, n_steps, SEED)
    return Sick(case, served(case), curve, {})


def _as(name: str, base: Sick) -> Sick:
    """Return a patient that is still the healthy net, in its own world."""
    case = world_of(name)
    case.net.load_state_dict(base.case.net.state_dict())
    return Sick(case, base.goal, copy.deepcopy(base.curve), {})


def _grown(name: str, base: Sick, n_steps: int, **facts: float | int) -> Sick:
    """Train a patient in its own world."""
    case = world_of(name)
    return Sick(case, base.goal, trained(case, n_steps, SEED), dict(facts))


def _event(sick: Sick, mark: str) -> Sick:
    step = sick.curve.step[-1]
    sick.curve.marks.append((step, mark))
    point(sick.curve, sick.case, step + 1)
    return sick


def _forwards(sick: Sick, inputs: list[Tensor], mark: str) -> Sick:
    """Forward inputs in training mode, without an update; the curve continues by one step each."""
    start = sick.curve.step[-1]
    sick.curve.marks.append((start, mark))
    for number, x in enumerate(inputs, start=1):
        sick.case.net.train()
        with torch.no_grad():
            sick.case.net(x)
        sick.case.net.eval()
        if number in SEEN or number == len(inputs):
            point(sick.curve, sick.case, start + number)
    sick.facts["forwards"] = len(inputs)
    return sick


def overflow(name: str, base: Sick, n_steps: int) -> Sick:
    """One damaged image overflows half precision in a forward whose update is skipped.

    The precision is emulated: what a convolution returns is rounded to half precision, so that it becomes infinite
    beyond 65,504.
    """
    sick = _as(name, base)
    batch = digits()[0][0][:64].clone()
    batch[5, :, 12:16, 12:16] = OVERFLOWING
    hooks = [
        module.register_forward_hook(lambda _module, _inputs, out: out.half().float())
        for module in sick.case.net.modules()
        if isinstance(module, nn.Conv2d)
    ]
    _forwards(sick, [batch], "overflow")
    for hook in hooks:
        hook.remove()
    return sick


def blank(name: str, base: Sick, n_steps: int) -> Sick:
    """Only the parameters were saved: the loaded net has the statistics of a new one."""
    sick = _as(name, base)
    for norm in norms(sick.case.net):
        norm.reset_running_stats()
    return _event(sick, "loaded")


def chatter(name: str, base: Sick, n_steps: int) -> Sick:
    """Its BN layers are in training mode while it serves few images per request, one class after another."""
    return _event(_as(name, base), "served")


def overfit(name: str, base: Sick, n_steps: int) -> Sick:
    """It was trained on a hundred digits only."""
    return _grown(name, base, n_steps, images=FEW)


def labels(name: str, base: Sick, n_steps: int) -> Sick:
    """Every label of three classes is drawn among the three."""
    sick = _grown(name, base, n_steps)
    sick.facts["images"] = len(digits()[0][1])
    sick.facts["wrong"] = int((sick.case.train[0][1] != digits()[0][1]).sum())
    return sick


def slow(name: str, base: Sick, n_steps: int) -> Sick:
    """Momentum 0.001: the running statistics are far behind the weights."""
    return _grown(name, base, n_steps, momentum=0.001)


def hasty(name: str, base: Sick, n_steps: int) -> Sick:
    """Momentum 0.99: the statistics are those of the last, small batch of the epoch."""
    epoch = -(-LAST // 64)
    return _grown(name, base, max(1, n_steps // epoch) * epoch, momentum=0.99, last=LAST % 64)


def dummy(name: str, base: Sick, n_steps: int) -> Sick:
    """Twelve batches of noise, to warm up the device, were forwarded in training mode."""
    generator = generator_for(SEED)
    return _forwards(_as(name, base), [torch.rand(64, 1, 28, 28, generator=generator) for _ in range(12)], "noise")


def teacher(name: str, base: Sick, n_steps: int) -> Sick:
    """A teacher averages the student's parameters at every update, but its buffers only once."""
    case, student = world_of(name), world_of(name)
    curve = Curve(marks=[(COPIED, "copied")])
    for step in train(student, n_steps, SEED):
        with torch.no_grad():
            for mine, other in zip(case.net.parameters(), student.net.parameters(), strict=True):
                mine.lerp_(other, max(1 - MEMORY, 1 / step))
            if step == COPIED:
                put_statistics(case.net, statistics(student.net))
        if step in MEASURED or step == n_steps:
            point(curve, case, step)
    case.spares["buffers"] = statistics(student.net)
    case.spares["student"] = student.net.state_dict()
    return Sick(case, base.goal, curve, {"copied": COPIED})


def domains(name: str, base: Sick, n_steps: int) -> Sick:
    """Dark digits and bright ones, each forwarded as a batch of its own."""
    return _grown(name, base, n_steps)


def pair(name: str, base: Sick, n_steps: int) -> Sick:
    """Two images per batch; after the mean over all pixels, a channel has two values."""
    return _grown(name, base, n_steps, values=2)


def untracked(name: str, base: Sick, n_steps: int) -> Sick:
    """BN keeps no statistics, and few images come per request, one class after another."""
    return _grown(name, base, n_steps)


def ported(name: str, base: Sick, n_steps: int) -> Sick:
    """Three BN layers got their vectors in another order than that of the convolutions' channels."""
    sick = _as(name, base)
    generator = generator_for(SEED)
    for path, module in sick.case.net.named_modules():
        if isinstance(module, nn.BatchNorm2d) and path in ("bn3", "bn4", "bn5"):
            order = torch.randperm(module.num_features, generator=generator)
            for vector in (module.weight.data, module.bias.data, module.running_mean, module.running_var):
                assert vector is not None
                vector.copy_(vector[order].clone())
    return _event(sick, "ported")


def eps(name: str, base: Sick, n_steps: int) -> Sick:
    """Trained with eps 0.001 on pixels that were divided by 255 twice, ported with eps 0.00001."""
    case = world_of(name)
    for norm in norms(case.net):
        norm.eps = TRAINED_EPS
    curve = trained(case, n_steps, SEED)
    goal = served(case)
    for norm in norms(case.net):
        norm.eps = PORTED_EPS
    return _event(Sick(case, goal, curve, {"trained": TRAINED_EPS, "ported": PORTED_EPS}), "ported")


def constant(name: str, base: Sick, n_steps: int) -> Sick:
    """A second channel of the images was 1 throughout training; in service it wavers below 1."""
    case = world_of(name)
    in_service = case.test
    ((x, y),) = in_service
    case.test = ((torch.cat([x[:, :1], torch.ones_like(x[:, 1:])], 1), y),)
    curve = trained(case, n_steps, SEED)
    goal = served(case)
    return _event(Sick(replace(case, test=in_service), goal, curve, {}), "service")


def dropout(name: str, base: Sick, n_steps: int) -> Sick:
    """Dropout before the last three convolutions: the variance that BN saw in training never comes again."""
    return _grown(name, base, n_steps, dropout=0.4)


def frozen(name: str, base: Sick, n_steps: int) -> Sick:
    """A frozen net rides along in a trainer that calls ``train()``, on brighter images in batches of two."""
    sick = _as(name, base)
    sick.case.spares["buffers"] = statistics(sick.case.net)
    x = digits()[0][0]
    return _forwards(sick, [0.5 + 0.5 * x[at : at + 2] for at in range(0, 40, 2)], "trainer")


ILLNESSES: dict[str, Callable[[str, Sick, int], Sick]] = {
    "nan": overflow,
    **{
        function.__name__: function
        for function in (
            *(blank, chatter, dummy, overfit, slow, hasty, teacher, untracked, pair, frozen),
            *(domains, ported, eps, constant, dropout, labels),
        )
    },
}
"""How each patient fell ill, by its name."""
