"""The still picture of a history, and what a notebook is told of one."""

from __future__ import annotations

import copy
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import torch
from hand_made_history import BINS, as_bytes, frame, history, meta
from torch import nn

import bnviz
from bnviz.config import InputError
from bnviz.notebook import show as showing
from bnviz.notebook.picture import _PLOT, _ROW, MAX_ROWS, picture
from bnviz.telemetry.run_description import RunDescription

SHIPPED = Path(__file__).parents[2] / "assets" / "recordings"
HOSTILE = "</svg><script>alert(1)</script>"


def areas(text: str) -> list[str]:
    return re.findall(r'<path d="M[\d.]+ [\d.]+L([^"]+?)L', text)


def test_each_area_is_its_histogram() -> None:
    made = history(3)
    found = areas(picture(made))
    assert len(found) == 4, "two arms of two layers"
    counts = made.frames[-1].arms[0].histogram[1, 1].astype(float)
    inside = counts[1:-1].copy()
    inside[0] += counts[0]
    inside[-1] += counts[-1]
    ys = [float(pair.split(",")[1]) for pair in found[1].split()][::2]
    base = max(ys) if inside.min() == 0 else None
    heights = [(ys[0] - y) for y in ys]
    top = _ROW - 8
    expected = [top * (value - inside[0]) / inside.max() for value in inside]
    assert len(heights) == BINS
    assert heights == pytest.approx(expected, abs=0.11)
    assert base is None or base > 0


def test_the_axis_is_as_wide_as_the_plot() -> None:
    xs = [float(pair.split(",")[0]) for pair in areas(picture(history(2)))[0].split()]
    assert xs[-1] - xs[0] == pytest.approx(_PLOT, abs=0.1)


def test_it_is_well_formed_and_small_for_deep_nets() -> None:
    made = bnviz.load(SHIPPED / "resnet20.npz")
    text = picture(made)
    assert ET.fromstring(text).tag.endswith("svg")  # noqa: S314 - our own text
    assert len(text) < 150_000
    layers = [len(arm.layers) for arm in made.description.arms]
    assert max(layers) > MAX_ROWS
    assert len(areas(text)) == MAX_ROWS * len(layers)


def test_names_are_escaped() -> None:
    plain = meta()
    for arm in plain["arms"]:
        arm["layers"] = [HOSTILE, "b"]
    text = picture(history(2, plain={**plain, "watched": {"model": HOSTILE}}))
    assert "<script" not in text
    ET.fromstring(text)  # noqa: S314 - our own text


def test_without_a_frame_it_says_so() -> None:
    assert "nothing is recorded yet" in picture(history(0))


def test_a_history_a_recording_and_a_watcher_show_themselves() -> None:
    made = history(3)
    recording = bnviz.load(as_bytes(made))
    for each in (made, recording):
        data, _ = each._repr_mimebundle_()
        assert data["text/html"].startswith("<svg")
        assert "3 frames up to step 10" in data["text/plain"]
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with bnviz.watch(model, optimizer, every=1) as watcher:
        assert "no frames yet" in watcher._repr_mimebundle_()[0]["text/plain"]
        for _ in range(3):
            model(torch.ones(4, 2) * torch.arange(4.0)[:, None]).sum().backward()
            optimizer.step()
    assert watcher._repr_mimebundle_()[0]["text/html"].startswith("<svg")


def test_outside_of_a_notebook_show_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "_shell", lambda: None)
    with pytest.raises(InputError, match=r"bnviz\.export"):
        bnviz.show(history(1))
    with pytest.raises(InputError, match="got int"):
        bnviz.show(3)


def test_without_the_extra_a_kernel_gets_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shell:
        kernel = object()

    monkeypatch.setattr(showing, "_shell", Shell)
    monkeypatch.setattr(showing, "find_spec", lambda name: None)
    data, metadata = showing.mimebundle(history(1))
    assert set(data) == {"text/plain", "text/html"}
    assert metadata == {}


def test_listeners_hear_of_frames_and_are_not_copied() -> None:
    made = history(1)
    heard: list[int] = []
    made.listen(lambda: heard.append(len(made.frames)))
    made.add_frame(frame(50))
    made.describe(RunDescription.from_dict(meta()), made.frames)
    assert heard == [2], "frames that are rewritten are no new ones"
    assert len(copy.deepcopy(made).frames) == 2
