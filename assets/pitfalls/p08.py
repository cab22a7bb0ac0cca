import torch
from torch import nn

torch.manual_seed(0)
bn = nn.BatchNorm1d(3)
bn.eval()  # evaluation mode reads the buffers in the forward AND the backward pass
x = torch.randn(8, 3, requires_grad=True)
loss = bn(x).sum()
bn.running_var.mul_(1.0)  # DDP writes to the buffers before the next forward pass
error = None
try:
    loss.backward()
except RuntimeError as e:
    error = str(e)
print("a write between forward and backward pass:", error and error.split(":")[0][:75])

loss = bn(x).sum()  # the cure: no write in between (DDP: broadcast_buffers=False,
loss.backward()  # or SyncBatchNorm, or one forward pass for both inputs)
cured = x.grad is not None
print("no write in between: gradient computed:", cured)
