"""By hand, the accuracy is the number that torch computes, to the bit."""

import pytest
import torch

from bnviz.training.engines.by_hand_engine import _accuracy
from bnviz.training.engines.step_engine import accuracy


@pytest.mark.parametrize("batch", [2, 3, 7, 60, 100, 333])
def test_it_has_the_same_bits_also_with_ties_and_what_is_not_a_number(batch):
    torch.manual_seed(batch)
    for values in (torch.randn(batch, 10), torch.randint(2, (batch, 10)).float(), torch.randn(batch, 10).log()):
        y = torch.randint(10, (batch,))
        found, expected = _accuracy(values, y), accuracy(values, y)
        assert found.dtype == expected.dtype
        assert found.item() == expected.item()
