import torch
from torch import nn

x = torch.tensor([[0.0], [0.0], [2.0]])  # a batch of three
bn = nn.BatchNorm1d(1, eps=1e-12, momentum=1.0, affine=False)
y = bn(x)
used = ((x - x.mean()) / y).square().mean().item()
stored = bn.running_var.item()
print(f"normalized with {used:.3f} (biased), stored {stored:.3f} (unbiased)")
print(f"ratio {stored / used:.3f} = m / (m - 1) for m = {len(x)}")

# This is not a bug. The cure is to compare like with like:
biased, unbiased = x.var(correction=0).item(), x.var(correction=1).item()
print(f"x.var(correction=0) = {biased:.3f}, x.var(correction=1) = {unbiased:.3f}")
