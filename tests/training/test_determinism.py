"""Arms on CUDA are built with kernels that repeat their bits; torch takes the settings without a GPU, too."""

import os

import pytest
import torch

from bnviz.config import Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.training.determinism import repeat_exactly
from bnviz.training.twins import build_twins


@pytest.fixture
def settings(monkeypatch):
    cudnn = torch.backends.cudnn
    before = cudnn.deterministic, cudnn.benchmark
    cudnn.deterministic, cudnn.benchmark = False, True
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    yield lambda: (cudnn.deterministic, cudnn.benchmark, os.environ.get("CUBLAS_WORKSPACE_CONFIG"))
    cudnn.deterministic, cudnn.benchmark = before


def test_cuda_repeats_its_bits(settings):
    repeat_exactly(torch.device("cuda"))
    assert settings() == (True, False, ":4096:8")


def test_the_workspace_that_is_set_already_is_kept(settings, monkeypatch):
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8")
    repeat_exactly(torch.device("cuda"))
    assert settings() == (True, False, ":16:8")


def test_other_devices_need_no_setting(settings):
    before = settings()
    build_twins(Experiment(RunConfig(dataset="moons", depth=1, width=3)), load_dataset("moons"), torch.device("cpu"))
    assert settings() == before


def test_arms_are_built_so(monkeypatch):
    asked = []
    monkeypatch.setattr("bnviz.training.twins.repeat_exactly", asked.append)
    build_twins(Experiment(RunConfig(dataset="moons", depth=1, width=3)), load_dataset("moons"), torch.device("cpu"))
    assert asked == [torch.device("cpu")]
