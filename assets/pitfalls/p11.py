import torch
from torch import nn

torch.manual_seed(0)
x = 4 + 3 * torch.randn(512, 5)
y = (x.sum(1) > 20).long()
net = nn.Sequential(nn.Linear(5, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 2))
net[1].momentum = 0.0  # as in TF1 without UPDATE_OPS: the averages never leave 0 and 1
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(300):
    optimizer.zero_grad()
    nn.functional.cross_entropy(net(x), y).backward()
    optimizer.step()


def accuracy():
    return (net(x).argmax(1) == y).float().mean().item()


trained = accuracy()
forgotten = (net.eval(), accuracy())[1]
print(f"accuracy: training mode {trained:.3f}, evaluation mode {forgotten:.3f}")
net[1].momentum = 1.0  # the cure here: measure the statistics once
net.train()(x)
cured = (net.eval(), accuracy())[1]
print(f"after the statistics were updated: {cured:.3f}")
