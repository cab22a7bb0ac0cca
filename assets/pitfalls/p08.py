import torch
from torch import nn

torch.manual_seed(0)
bn = nn.BatchNorm1d(3)
bn.eval()  # evaluation mode reads the buffers in forward AND in backward
x = torch.randn(8, 3, requires_grad=True)
loss = bn(x).sum()
bn.running_var.mul_(1.0)  # what DDP does before the next forward: it writes the buffers
error = None
try:
    loss.backward()
except RuntimeError as e:
    error = str(e)
print("write between forward and backward:", error and error.split(":")[0][:75])

loss = bn(x).sum()  # the cure: nothing is written in between (DDP: broadcast_buffers=False,
loss.backward()  # or SyncBatchNorm, or one forward for both inputs)
cured = x.grad is not None
print("no write in between: gradient there:", cured)
