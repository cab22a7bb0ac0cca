import torch
from torch import nn
from torch.utils.data import DataLoader

net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8))
data = torch.randn(65, 4)  # 65 = 2 * 32 + 1: the last batch has one sample
error = None
try:
    for batch in DataLoader(data, batch_size=32):
        net(batch)
except ValueError as e:
    error = str(e)
print("last batch:", error)

sizes = []
for batch in DataLoader(data, batch_size=32, drop_last=True):  # the cure
    net(batch)
    sizes.append(len(batch))
print("drop_last=True:", sizes)
