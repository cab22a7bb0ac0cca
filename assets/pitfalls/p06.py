import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 2))
bn = net[1]
for p in bn.parameters():
    p.requires_grad = False  # "frozen"


def moved():
    before = bn.running_mean.clone()
    net(10 + torch.randn(64, 4))
    return (bn.running_mean - before).abs().max().item()


net.train()
frozen_by_flag = moved()
print(f"requires_grad=False: the running mean still moved by {frozen_by_flag:.3f}")

net.train()
bn.eval()  # the cure, needed after EVERY net.train()
frozen_by_eval = moved()
print(f"bn.eval(): it moved by {frozen_by_eval:.3f}")
net.train()
undone = bn.training
print("and net.train() undoes it:", undone)
