"""Public architectures with random weights: nothing raised, nothing changed, everything seen."""

import pytest
import torch

from bnviz.bench.zoo import animals, visit


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.filterwarnings(
    "ignore:The current process:UserWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"
)
@pytest.mark.parametrize("animal", animals(), ids=lambda animal: animal.name)
def test_an_architecture_is_seen_and_not_changed(animal):
    if not animal.is_here:
        pytest.skip(f"optional: pip install {animal.package}")
    found = visit(animal)
    assert found.result == "all seen"
    assert found.present > 1
    assert not found.watcher.history.marks
