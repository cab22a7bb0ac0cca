import pytest

from bnviz.config import RunConfig
from bnviz.live.messages import status_content
from bnviz.training.state import Divergence, RunState, Status


@pytest.mark.parametrize(
    ("batches", "diverged", "same"),
    [
        (("aa", "aa"), (), True),
        (("aa", "bb"), (), False),
        (("aa", "bb"), (Divergence(0, "hidden1", 3),), True),  # the first ended after three steps
        (("aa", "bb"), (Divergence(0, "hidden1", 3), Divergence(1, "hidden1", 3)), False),
        (("aa", "bb"), (Divergence(0, "hidden1", 3), Divergence(1, "hidden2", 9)), True),
        (("aa", "bb", "cc"), (Divergence(2, "head", 1),), False),
        ((), (), False),
    ],
)
def test_batches_are_compared_among_arms_of_equally_many_batches(batches, diverged, same):
    state = RunState(Status.RUNNING, batches_hashes=batches, weights_hashes=("w", "w"), diverged=diverged)
    assert status_content(state, None, RunConfig())["hashes"]["same_batches"] is same
