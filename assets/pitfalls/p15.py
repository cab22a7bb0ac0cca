import torch
from torch import nn

torch.manual_seed(0)
linear, bn, relu = nn.Linear(20, 50, bias=False), nn.BatchNorm1d(50), nn.ReLU()
x = 2 + torch.randn(512, 20)
before = relu(bn(linear(x)))  # BN -> ReLU, the paper's order
after = bn(relu(linear(x)))  # ReLU -> BN
for name, y in (("BN before ReLU", before), ("BN after ReLU ", after)):
    zeros, mean = (y == 0).float().mean().item(), y.mean().item()
    print(f"{name}: mean {mean:+.3f}, exact zeros {100 * zeros:.0f} %")
dead_before = (before == 0).all(0).sum().item()
dead_after = (relu(linear(x)) == 0).all(0).sum().item()
print(f"units dead on every sample: {dead_before} with BN first, {dead_after} with ReLU first")
# The cure is a habit, not a rule: the layers differ, so say which one you use, and compare both.
