import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, update_bn

torch.manual_seed(0)
x = torch.randn(1024, 10)
y = (x[:, 0] * x[:, 1] > 0).long()
net = nn.Sequential(nn.Linear(10, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 2))
optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
average = AveragedModel(net)
for _ in range(600):
    batch = torch.randint(1024, (64,))
    optimizer.zero_grad()
    nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
    optimizer.step()
    average.update_parameters(net)  # averages the weights, not the statistics


def loss():
    return nn.functional.cross_entropy(average.eval()(x), y).item()


stale = loss()
update_bn(x.split(256), average)  # the cure: measure the statistics of the averaged weights
fresh = loss()
print(f"averaged weights, old statistics: loss {stale:.3f}")
print(f"the same weights, re-estimated:   loss {fresh:.3f}")
