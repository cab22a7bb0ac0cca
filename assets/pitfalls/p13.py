import torch
from torch import nn

torch.manual_seed(0)
real, fake = torch.randn(64, 2), 3 + torch.randn(64, 2)  # easy to tell apart: means 0 and 3
bn = nn.BatchNorm1d(2, affine=False)


def distance(a, b):
    return (a.mean(0) - b.mean(0)).norm().item()


separate = distance(bn(real), bn(fake))
print(f"separate batches: distance of the means {separate:.4f} (the difference is normalized away)")

mixed = bn(torch.cat([real, fake]))
together = distance(mixed[:64], mixed[64:])
print(f"one mixed batch:  distance of the means {together:.4f}")
# The cure is a decision: separate batches hide such a shift from the discriminator; a mixed batch
# shows it but couples real and fake samples.
