"""A recipe as a PyTorch program that repeats the lab's run."""

from __future__ import annotations

import json

from bnviz.chapters.pitfalls.code_parts import has_bias, in_order
from bnviz.config import LEAKY_SLOPE, RunConfig
from bnviz.nets.initialize import GAINS

_ACTIVATIONS = {
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": f"nn.LeakyReLU({LEAKY_SLOPE})",
    "gelu": "nn.GELU()",
    "identity": "nn.Identity()",
}

_DROPOUT = '''
class Dropout(nn.Dropout):
    """Dropout with masks of its own generator, as the lab has it."""

    def __init__(self, p, seed):
        super().__init__(p)
        self.generator = torch.Generator().manual_seed(seed)

    def forward(self, x):
        if not self.training:
            return x
        keep = torch.empty_like(x).bernoulli_(1 - self.p, generator=self.generator)
        return x * keep.div_(1 - self.p)

'''

_TEXT = """import math

import torch
from torch import nn

from bnviz.data import load_dataset  # or your own: x (N, D) float32, y (N,) int64

torch.set_num_threads(1)  # as in the lab: sums are computed in the same order
data = load_dataset({dataset})
x, y = data.x_train.flatten(1), data.y_train
BATCH, STEPS, SEED = min({batch_size}, len(x)), {steps}, {seed}
{note}{dropout}

def linear(n_in, n_out, seed, bias, scale=1.0):
    layer = nn.Linear(n_in, n_out, bias=bias)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        layer.weight.{draw}.mul_(scale * {spread})
        if bias:
            layer.bias.zero_()
    return layer


def two_seeds():
    return torch.randint(2**62, (2,), generator=seeds).tolist()


seeds = torch.Generator().manual_seed(SEED)
head_seed, _ = two_seeds()
layers, n_in = [], x.shape[1]
for _ in range({depth}):
    weight_seed, dropout_seed = two_seeds()
{layers}
    n_in = {width}
layers.append(linear(n_in, data.n_classes, head_seed, bias=True))
net = nn.Sequential(*layers)

{optimizer}

def batches():
    generator = torch.Generator().manual_seed(SEED)
    while True:  # a new order each epoch; an incomplete last batch is dropped
        order = torch.randperm(len(x), generator=generator)
        yield from order[: len(x) // BATCH * BATCH].view(-1, BATCH)


losses, source = [], batches()
for step in range(STEPS):
    index = next(source)
    loss = nn.functional.cross_entropy(net(x[index]), y[index])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

net.eval()  # running statistics, no dropout
with torch.no_grad():
    answers = net(data.x_test.flatten(1)).argmax(1)
accuracy = (answers == data.y_test).float().mean().item()
print(f"loss {{losses[0]:.4f}} -> {{losses[-1]:.4f}}, test accuracy {{accuracy:.3f}}")
"""


def torch_source(config: RunConfig, steps: int) -> str:
    """Return the program; its ``losses`` equal the lab's on the CPU, step by step.

    For a batch of one sample PyTorch's layer raises an error where the lab's layer returns beta; a comment says so.
    """
    single = config.batch_size == 1 and config.norm != "none"
    return _TEXT.format(
        dataset=json.dumps(config.dataset, ensure_ascii=False),
        batch_size=config.batch_size,
        steps=steps,
        seed=config.seed,
        note="# nn.BatchNorm1d raises an error for a batch of one sample in training mode.\n" if single else "",
        dropout="\n" + _DROPOUT if config.dropout > 0 else "",
        draw="uniform_(-1, 1, generator=generator)" if config.init == "xavier" else "normal_(generator=generator)",
        spread=_spread(config),
        depth=config.depth,
        width=config.width,
        layers=_layers(config),
        optimizer=_optimizer(config),
    )


def _spread(config: RunConfig) -> str:
    if config.init == "xavier":
        return "math.sqrt(6 / (n_in + n_out))"
    if config.init == "kaiming":
        return f"({GAINS[config.activation]!r} / math.sqrt(n_in))"
    return repr(config.init_std)


def _layers(config: RunConfig) -> str:
    scale = "" if config.init_scale == 1 else f", scale={config.init_scale!r}"
    linear = f"linear(n_in, {config.width}, weight_seed, bias={has_bias(config)}{scale})"
    affine = "" if config.affine else ", affine=False"
    norm = f"nn.BatchNorm1d({config.width}, eps={config.eps!r}, momentum={config.momentum!r}{affine})"
    dropout = f"Dropout({config.dropout!r}, dropout_seed)"
    parts = in_order(config, linear, _ACTIVATIONS[config.activation], norm, dropout)
    return "\n".join(f"    layers.append({each})" for each in parts)


def _optimizer(config: RunConfig) -> str:
    rates = f"lr={config.lr!r}"
    if config.optimizer in ("sgd", "rmsprop") and config.sgd_momentum:
        rates += f", momentum={config.sgd_momentum!r}"
    if config.nesterov:
        rates += ", nesterov=True"
    name = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}[config.optimizer]
    decay = config.weight_decay
    if decay == 0 and config.optimizer != "adamw":  # 0 is the default, except for AdamW
        return f"optimizer = torch.optim.{name}(net.parameters(), {rates})\n"
    if config.decay_norm or config.norm == "none" or not config.affine:
        return f"optimizer = torch.optim.{name}(net.parameters(), {rates}, weight_decay={decay!r})\n"
    return (
        "norms = [p for m in net if isinstance(m, nn.BatchNorm1d) for p in m.parameters()]\n"
        "weights = [p for m in net if isinstance(m, nn.Linear) for p in m.parameters()]\n"
        f'groups = [{{"params": weights, "weight_decay": {decay!r}}}, '
        '{"params": norms, "weight_decay": 0.0}]\n'
        f"optimizer = torch.optim.{name}(groups, {rates})\n"
    )
