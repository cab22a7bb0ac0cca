import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

torch.manual_seed(0)
x = 1 + torch.randn(32, 4, requires_grad=True)


def running_mean(momentum, recompute):
    bn = nn.BatchNorm1d(4, momentum=momentum)
    y = checkpoint(bn, x, use_reentrant=False) if recompute else bn(x)
    y.square().sum().backward()  # checkpointing repeats the forward pass here
    return bn.running_mean


plain = running_mean(0.1, recompute=False)
twice = running_mean(0.1, recompute=True)
print(f"running mean after one step: plain {plain[0]:.4f}, checkpointed {twice[0]:.4f}")

m = 1 - (1 - 0.1) ** 0.5  # the cure: two updates with m' equal one with 0.1
cured = running_mean(m, recompute=True)
print(f"momentum {m:.4f}: checkpointed {cured[0]:.4f}")
