import torch
from torch import nn

torch.manual_seed(0)


def output_variance(order):
    net = nn.Sequential(*order)
    for _ in range(300):
        net(1 + torch.randn(256, 50))  # the running statistics settle in training mode
    net.eval()
    return net(1 + torch.randn(4096, 50)).var().item()


bad = output_variance([nn.Dropout(0.5), nn.BatchNorm1d(50)])
print(f"Dropout -> BN: variance in evaluation {bad:.3f} (was 1 in training)")

good = output_variance([nn.BatchNorm1d(50), nn.Dropout(0.5)])  # the cure: the other order
print(f"BN -> Dropout: variance in evaluation {good:.3f}")
