"""A small net for the picture: trained, packed in half precision, and read again; the browser computes its passes.

The first layer's products W u are shipped for 60 digits instead of its 784 x 24 weights: less to send, equal numbers.
"""

from __future__ import annotations

import base64
import copy
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.array_types import Floats
from bnviz.chapters.inference.batch_mates import batch_dependence
from bnviz.config import Experiment, RunConfig
from bnviz.data import Dataset, load_dataset
from bnviz.files.write import atomic
from bnviz.training.evaluate import accuracy
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

RECORDED = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "inference_net.json"
RECIPE = RunConfig(depth=2, width=24, activation="relu", init="kaiming", lr=0.1, batch_size=60, seed=0, device="cpu")
STEPS = 300
OF_EACH = 6
"""Digits of each class from which batches are put together."""

YOURS = 7
"""The class of the image that all is about."""

NORM_PARTS = ("weight", "bias", "running_mean", "running_var")
SIZE, N_DRAWS = 8, 64
"""The batches in which the images of that class are compared."""


def trained_small_net(n_steps: int = STEPS) -> nn.Sequential:
    """Train the recipe on the bundled digits; returns the net in evaluation mode."""
    data, device = load_dataset(RECIPE.dataset), torch.device("cpu")
    twins = build_twins(Experiment(RECIPE, ((("norm", "batch"),),)), data, device)
    updates = train_steps(twins, TrainingData.of(data, device))
    for _ in range(n_steps):
        next(updates)
    net = twins[0].net.eval()
    assert isinstance(net, nn.Sequential)  # an mlp is one
    return net


def middle_image(net: nn.Sequential, data: Dataset) -> tuple[int, dict[str, float]]:
    """Return the test image of class ``YOURS`` whose answer depends on its batch-mates as much as the median's.

    Only images that evaluation mode answers correctly count. Returns its row, and of how many images it is the middle,
    with its own range of probabilities over ``N_DRAWS`` batches of ``SIZE``.
    """
    x = data.x_test.flatten(1)
    with torch.no_grad():
        right = (net(x).argmax(1) == data.y_test) & (data.y_test == YOURS)
    found = []
    for row in right.nonzero()[:, 0].tolist():
        seen = batch_dependence(net, x, row, YOURS, (SIZE,), N_DRAWS).of_label("training")[0]
        found.append((float(np.ptp(seen)), row, float(seen.min()), float(seen.max())))
    found.sort()
    _, row, low, high = found[len(found) // 2]
    return row, {"images": len(found), "draws": N_DRAWS, "low": round(low, 4), "high": round(high, 4)}


def pack(values: Tensor | Floats) -> str:
    """Return numbers as base64 of little-endian half-precision floats."""
    return base64.b64encode(np.asarray(values, "<f2").tobytes()).decode("ascii")


def unpack(text: str) -> Floats:
    """Return the numbers of ``pack``, float64."""
    return np.frombuffer(base64.b64decode(text), "<f2").astype(np.float64)


def packed(net: nn.Sequential, n_steps: int) -> dict[str, Any]:
    """Return the net, the digits and what is said of them, as plain values for JSON."""
    data = load_dataset(RECIPE.dataset)
    yours, middle = middle_image(net, data)
    rows = _digits(data, yours)
    state = net.state_dict()
    first = data.x_test.flatten(1)[rows] @ state["linear1.weight"].T
    offset = state["norm1.running_mean"].abs() / state["norm1.running_var"].sqrt()
    return {
        "steps": n_steps,
        "config": RECIPE.to_dict(),
        "accuracy": round(accuracy(net, data.x_test.flatten(1), data.y_test), 4),
        "tested": len(data.y_test),
        "rows": rows,
        "yours": rows.index(yours),
        "unit": int(offset.argmax()),
        "middle": middle,
        "first": pack(first),
        "norms": [{part: pack(state[f"norm{number}.{part}"]) for part in NORM_PARTS} for number in (1, 2)],
        "linear2": pack(state["linear2.weight"]),
        "head": {"weight": pack(state["head.weight"]), "bias": pack(state["head.bias"])},
    }


def save_net(content: dict[str, Any], path: Path) -> None:
    """Write what ``packed`` returned, with its provenance."""
    with atomic(path) as file:
        file.write_text(json.dumps(content) + "\n", encoding="utf-8")


@lru_cache(maxsize=1)
def recorded_net() -> dict[str, Any]:
    """Read the net that the app ships (made by ``python -m bnviz record inference-net``)."""
    content: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return content


def rebuilt(content: dict[str, Any]) -> nn.Sequential:
    """Rebuild the shipped net without its first linear layer: (B, 24) products W u to logits, float64."""
    width = RECIPE.width
    net = nn.Sequential(
        nn.BatchNorm1d(width),
        nn.ReLU(),
        nn.Linear(width, width, bias=False),
        nn.BatchNorm1d(width),
        nn.ReLU(),
        nn.Linear(width, 10),
    ).double()
    head = content["head"]
    parts = {"2.weight": content["linear2"], "5.weight": head["weight"], "5.bias": head["bias"]}
    for place, norm in zip((0, 3), content["norms"], strict=True):
        parts |= {f"{place}.{name}": text for name, text in norm.items()}
    shapes = {name: value.shape for name, value in net.state_dict().items()}
    state = {name: torch.tensor(unpack(text)).reshape(shapes[name]) for name, text in parts.items()}
    net.load_state_dict(state, strict=False)
    return copy.deepcopy(net).eval()


def _digits(data: Dataset, yours: int) -> list[int]:
    """Return the first test rows of each class, class by class, and your image among its own."""
    rows = []
    for label in range(10):
        of_class = (data.y_test == label).nonzero()[:, 0].tolist()
        if label == YOURS:
            of_class = [yours, *(row for row in of_class if row != yours)]
        rows += of_class[:OF_EACH]
    return rows
