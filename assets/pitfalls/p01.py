import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))
for _ in range(200):
    net(3 + 2 * torch.randn(32, 4))  # the running statistics settle
sample, mates = 3 + 2 * torch.randn(1, 4), 3 + 2 * torch.randn(2, 7, 4)


def answers():
    return [net(torch.cat([sample, m]))[0].item() for m in mates]


net.train()
train_answers = answers()
print("training mode, two sets of batch-mates:", train_answers)

net.eval()  # the cure: one sample, one answer
eval_answers = answers()
print("evaluation mode, the same two sets:    ", eval_answers)
