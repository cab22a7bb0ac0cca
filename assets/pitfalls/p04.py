import torch
from torch import nn

torch.manual_seed(0)
x = 0.02 * torch.randn(256, 3)  # a layer with small activations: variance 0.0004
trained = nn.BatchNorm1d(3, eps=1e-3)  # Keras' default
ported = nn.BatchNorm1d(3)  # PyTorch's default: 1e-5
for _ in range(300):
    trained(x)
ported.load_state_dict(trained.state_dict())  # eps is not a parameter, so it is not in there
trained.eval(), ported.eval()
ratio = (ported(x).std() / trained(x).std()).item()
print(f"same weights, different eps: outputs {ratio:.2f} times as large")

ported.eps = trained.eps  # the cure
difference = (ported(x) - trained(x)).abs().max().item()
print("same eps: largest difference", difference)
