import torch
from torch import nn

torch.manual_seed(0)


def wobble(momentum):
    bn, seen = nn.BatchNorm1d(1, momentum=momentum, affine=False), []
    for _ in range(2000):
        bn(5 + torch.randn(16, 1))
        seen.append(bn.running_mean.item())
    return torch.tensor(seen[1000:]).std().item()


keras = 0.99  # Keras: the weight of the OLD value
copied = wobble(keras)
print(f"momentum={keras} copied into PyTorch: the running mean varies by {copied:.4f}")

converted = wobble(1 - keras)  # the cure: in PyTorch, momentum is the weight of the NEW batch
print(f"momentum={1 - keras:.2f} converted:           it varies by {converted:.4f}")
