import torch
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(32, 6), torch.randn(32, 4)
net = nn.Sequential(nn.Linear(6, 4), nn.BatchNorm1d(4))
out = net(x)
nn.functional.mse_loss(out, y).backward()
bias_gradient = net[0].bias.grad.abs().max().item()
weight_gradient = net[0].weight.grad.abs().max().item()
print(f"largest gradient: weight {weight_gradient:.4f}, bias {bias_gradient:.1e}")
with torch.no_grad():
    net[0].bias += 100
    difference = (net(x) - out).abs().max().item()
print(f"bias + 100 changes the output by {difference:.1e}")

lean = nn.Sequential(nn.Linear(6, 4, bias=False), nn.BatchNorm1d(4))  # the cure
saved = sum(p.numel() for p in net.parameters()) - sum(p.numel() for p in lean.parameters())
print("parameters saved by bias=False:", saved)
