"""Public architectures with random weights: nothing raised, nothing changed, everything seen."""

import pytest
import torch

from bnviz.bench.zoo import architectures, watch_loop


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.filterwarnings(
    "ignore:The current process:UserWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"
)
@pytest.mark.parametrize("architecture", architectures(), ids=lambda architecture: architecture.name)
def test_an_architecture_is_seen_and_not_changed(architecture):
    if not architecture.is_here:
        pytest.skip(f"optional: pip install {architecture.package}")
    found = watch_loop(architecture)
    assert found.result == "all seen"
    assert found.present > 1
    assert not found.watcher.history.marks
