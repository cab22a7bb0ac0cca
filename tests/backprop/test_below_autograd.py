"""Below autograd the numbers are the same, and what is made there is a tensor like any other."""

import torch

from bnviz.backprop.below_autograd import below_autograd


def test_nothing_is_recorded_and_the_numbers_are_the_same():
    weight = torch.nn.Parameter(torch.randn(5, 4))
    x = torch.randn(3, 4)
    with below_autograd():
        below = torch.mm(x, weight.t()).sigmoid()
    above = torch.mm(x, weight.t()).sigmoid()
    assert above.requires_grad
    assert not below.requires_grad
    assert torch.equal(below, above)


def test_what_was_made_there_can_be_changed_and_differentiated_later():
    weight = torch.nn.Parameter(torch.ones(4))
    with below_autograd():
        weight.grad = torch.full((4,), 2.0)
    assert not weight.grad.is_inference()
    weight.grad.mul_(0.5)
    (weight * weight.grad).sum().backward()
    assert torch.equal(weight.grad, torch.full((4,), 2.0))


def test_the_block_ends_with_an_error():
    weight = torch.nn.Parameter(torch.ones(4))
    try:
        with below_autograd():
            raise ValueError
    except ValueError:
        pass
    assert (weight * 2).requires_grad
