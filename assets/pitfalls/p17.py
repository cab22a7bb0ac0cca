import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(256, 50)


def gradient_at_input(prepare):
    torch.manual_seed(1)
    blocks = [m for _ in range(5) for m in (nn.Linear(50, 50), nn.BatchNorm1d(50), nn.Tanh())]
    net = nn.Sequential(*blocks, nn.Linear(50, 1))
    for bn in (m for m in net if isinstance(m, nn.BatchNorm1d)):
        prepare(bn)
    a = x.clone().requires_grad_()
    net(a).square().mean().backward()
    return a.grad.norm().item()


tiny = gradient_at_input(lambda bn: nn.init.uniform_(bn.weight, -0.05, 0.05))
ones = gradient_at_input(lambda bn: nn.init.ones_(bn.weight))  # the cure: the default
print(f"gradient at the input: gamma in U(-.05, .05) {tiny:.1e}, gamma = 1 {ones:.1e}")

cold = nn.BatchNorm1d(50).eval()
cold.running_var.zero_()  # initialized with 0 instead of 1
blown_up = cold(x).abs().max().item()
print(f"running variance 0: largest output {blown_up:.0f} instead of {x.abs().max():.1f}")
