import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(64, 4)
net = nn.Sequential(nn.Linear(4, 8, bias=False), nn.BatchNorm1d(8))
bn = net[1]


def gamma_after(groups, steps=1000):
    nn.init.ones_(bn.weight)
    optimizer = torch.optim.SGD(groups, lr=0.1, weight_decay=1e-2)
    for _ in range(steps):
        optimizer.zero_grad()
        (0 * net(x).sum()).backward()  # a loss without gradient: only the decay acts
        optimizer.step()
    return bn.weight.mean().item()


decayed = gamma_after(net.parameters())
print(f"weight_decay on all parameters: gamma 1 -> {decayed:.3f}")
groups = [{"params": net[0].parameters()}, {"params": bn.parameters(), "weight_decay": 0.0}]
kept = gamma_after(groups)  # the cure: two parameter groups
print(f"no decay on gamma and beta:     gamma 1 -> {kept:.3f}")
