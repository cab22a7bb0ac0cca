import torch
from torch import nn

torch.manual_seed(0)
bn = nn.BatchNorm1d(8, affine=False)
right = {"same batch": 0, "shuffled": 0}
for _ in range(200):
    # Key batches A and B. The query contains only the mean of its batch.
    a, b = torch.randn(4, 8), torch.randn(4, 8)
    side = torch.randint(2, ()).item()
    query = (a, b)[side].mean(0)
    # BN subtracts the batch mean, so its output for a zero input reveals the batch.
    leak = [-bn(torch.cat([k, torch.zeros(1, 8)]))[-1] for k in (a, b)]
    right["same batch"] += int(torch.stack([v @ query for v in leak]).argmax() == side)
    # The cure (MoCo's shuffled BN): the keys are mixed before they are normalized in batches.
    pool = torch.cat([a, b])[torch.randperm(8)]
    leak = [-bn(torch.cat([k, torch.zeros(1, 8)]))[-1] for k in pool.chunk(2)]
    right["shuffled"] += int(torch.stack([v @ query for v in leak]).argmax() == side)
leaked, mixed = right["same batch"] / 200, right["shuffled"] / 200
print(f"the batch, guessed from BN alone: right in {100 * leaked:.0f} %")
print(f"with shuffled keys: {100 * mixed:.0f} % (chance is 50 %)")
