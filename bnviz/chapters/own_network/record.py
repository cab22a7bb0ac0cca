"""``python -m bnviz record own-network``: the example of the page, a net whose averages are too slow."""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from torch import nn

import bnviz
from bnviz.api.record import RecordOptions
from bnviz.chapters.own_network.example import CHECKPOINT, RECORDING, REPORT
from bnviz.diagnosis.diagnose import diagnose
from bnviz.diagnosis.digit_nets import BATCH, DigitNet, built, digits, held_out
from bnviz.files.write import atomic
from bnviz.telemetry.history import History

STEPS, EVERY, EVALUATE_EVERY, SEED = 150, 5, 25, 0
MOMENTUM = 0.001
"""Of block2.bn: after 150 updates its averages still hold 86 % of the 0 and 1 that they began with."""


def record(options: RecordOptions) -> list[Path]:
    """Train the net, and write its recording, its report and its checkpoint."""
    net, history = train(options.steps_or(STEPS))
    targets = [options.target(path) for path in (RECORDING, REPORT, CHECKPOINT)]
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
    bnviz.save(history, targets[0])
    diagnosis = diagnose(net, held_out(SEED))
    with atomic(targets[1]) as file:
        file.write_text(json.dumps(diagnosis.to_dict(), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    with atomic(targets[2]) as file:
        torch.save(net.state_dict(), file)
    return targets


def train(steps: int) -> tuple[nn.Module, History]:
    """Train the net while it is watched; return it in evaluation mode, and its history."""
    net = built(DigitNet, SEED)
    assert isinstance(net, DigitNet)
    net.block2.bn.momentum = MOMENTUM  # type: ignore[assignment]
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    x, y, _, _ = digits()
    test = held_out(SEED)
    generator = torch.Generator().manual_seed(SEED)
    with bnviz.watch(net, optimizer, every=EVERY, share=math.inf) as watcher:
        for step in range(steps):
            chosen = torch.randint(len(x), (BATCH,), generator=generator)
            loss = nn.functional.cross_entropy(net(x[chosen]), y[chosen])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            watcher.log(train_loss=loss.item())
            optimizer.step()
            if (step + 1) % EVALUATE_EVERY == 0:
                loss_now, accuracy = _evaluated(net, test)
                watcher.log(test_loss=loss_now, test_accuracy=accuracy)
    return net.eval(), watcher.history


def _evaluated(net: nn.Module, batches: list[tuple[torch.Tensor, torch.Tensor]]) -> tuple[float, float]:
    net.eval()
    with torch.no_grad():
        scores = torch.cat([net(x) for x, _ in batches])
    net.train()
    labels = torch.cat([y for _, y in batches])
    loss = nn.functional.cross_entropy(scores, labels).item()
    return loss, (scores.argmax(1) == labels).float().mean().item()
