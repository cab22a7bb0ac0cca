import torch
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(64, 10), torch.randn(64, 1)


def gradients(norm, parts):
    torch.manual_seed(1)
    net = nn.Sequential(nn.Linear(10, 16), norm(16), nn.ReLU(), nn.Linear(16, 1))
    for a, b in zip(x.chunk(parts), y.chunk(parts), strict=True):
        (nn.functional.mse_loss(net(a), b) / parts).backward()
    return net[0].weight.grad


def gap(norm):
    whole, pieces = gradients(norm, 1), gradients(norm, 4)
    return ((whole - pieces).norm() / whole.norm()).item()


bn_gap, ln_gap = gap(nn.BatchNorm1d), gap(nn.LayerNorm)
print(f"BatchNorm: 4 x 16 differs from 1 x 64 by {100 * bn_gap:.1f} % of the gradient")
print(f"LayerNorm (the cure when batches stay small): {100 * ln_gap:.5f} %")
