"""An LSTM that reads images row by row."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bnviz.config import RunConfig
from bnviz.nets.allocated import allocated
from bnviz.nets.images import image_shape
from bnviz.nets.layers import HiddenLayer
from bnviz.nets.parts import head_parts, initialized_linear
from bnviz.nets.seeds import draw_seeds
from bnviz.nets.step_norm import StepNorm
from bnviz.nets.taps import LinearTap, NormTap

OBSERVED = 5
"""Number of time steps that can be observed, evenly spread from the first to the last."""


class RowLSTM(nn.Module):
    """Flat images (B, C * H * W) to logits (B, n_classes): an LSTM over H steps, one row per step.

    a = N(W_h h; gamma_h) + N(W_x x; gamma_x) + b; i, f, o = sigmoid(a_i, a_f, a_o); g = tanh(a_g)
    c <- f * c + i * g; h <- o * tanh(N(c; gamma_c, beta_c)); logits = head(last h)

    N is batch normalization with its own statistics at each time step and a gamma that all steps share, or layer
    normalization, or nothing. W_h h and W_x x are normalized separately, without beta, because b has this role; the sum
    f * c + i * g has no norm. In evaluation mode, a longer sequence would use the statistics of the last step; here all
    images of a data set have equal length. W_h is initialized as an orthogonal matrix per gate for any config.init, and
    the bias of the forget gate as 1, so that c is kept at first. Dropout is always before the head.

    The hidden layers are up to five time steps, named t1, ..., tH. Their pre-activation is a_g before the norms, their
    normalized value a_g, and their activation g.

    Source: Cooijmans et al. 2016, sec. 3 (gamma starts at 0.1); Hochreiter & Schmidhuber 1997.

    Args:
        config: the recipe; width is the number of cells.
        inputs: shape of a sample, (C, H, W).
        n_classes: number of logits.
        generator: source of the seeds of the head, the input weights and the recurrent weights.

    Raises:
        InputError: ``inputs`` is not the shape of an image.
    """

    def __init__(
        self, config: RunConfig, inputs: int | tuple[int, ...], n_classes: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.shape = image_shape(config.net, inputs)
        self.width = config.width
        head_seeds, input_seeds, recurrent_seeds = (draw_seeds(generator) for _ in range(3))
        self.input = initialized_linear(
            config,
            self.shape[0] * self.shape[2],
            4 * self.width,
            input_seeds.weight,
            bias=False,
            scale=config.init_scale,
        )
        self.gates, self.candidate = _recurrent(self.width, config.init_scale, recurrent_seeds.weight)
        self._add_norms(config)
        self._add_taps()
        for name, child in head_parts(config.with_fields(dropout_at="head"), self.width, n_classes, head_seeds).items():
            self.add_module(name, child)

    def _add_norms(self, config: RunConfig) -> None:
        steps, normalized = self.shape[1], config.norm != "none"
        self.norm_input = StepNorm(config, 4 * self.width, steps, shift=False) if normalized else None
        self.norm_hidden = StepNorm(config, 4 * self.width, steps, shift=False) if normalized else None
        self.norm_cell = StepNorm(config, self.width, steps, shift=True) if normalized else None

    def _add_taps(self) -> None:
        self.taps = nn.ModuleDict()
        for step in observed_steps(self.shape[1]):
            tap = nn.ModuleDict({"linear": LinearTap(self.candidate), "activation": nn.Tanh()})
            if self.norm_hidden is not None:
                tap["norm"] = NormTap(self.norm_hidden, self.candidate)
            self.taps[f"t{step}"] = tap

    def hidden_layers(self) -> tuple[HiddenLayer, ...]:
        """Return the time steps that can be observed, in order."""
        layers = []
        for name, tap in self.taps.items():
            parts = dict(tap.named_children())
            linear = parts["linear"]
            assert isinstance(linear, LinearTap)  # as made by _add_taps
            layers.append(HiddenLayer(name, linear, parts.get("norm"), parts["activation"], "before"))
        return tuple(layers)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (B, n_classes) of flat images."""
        rows = x.reshape(-1, *self.shape).transpose(1, 2).flatten(2)
        raw = self.input(rows)
        from_input = raw if self.norm_input is None else self.norm_input.all_steps(raw)
        weight = torch.cat([self.gates.weight, self.candidate.weight])
        bias = torch.cat([self.gates.bias, self.candidate.bias])
        from_input = from_input + bias
        h = c = x.new_zeros(len(rows), self.width)
        for step in range(self.shape[1]):
            h, c = self._step(step, h @ weight.T, raw[:, step], from_input[:, step], c)
        dropout = self._modules.get("dropout")
        logits: Tensor = self._modules["head"](h if dropout is None else dropout(h))  # type: ignore[misc]
        return logits

    def _step(
        self, step: int, from_hidden: Tensor, raw: Tensor, from_input: Tensor, c: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return h and c after time step ``step`` (from 0)."""
        tap = self.taps._modules.get(f"t{step + 1}")
        normalized = from_hidden if self.norm_hidden is None else self.norm_hidden(from_hidden, step)
        gates, candidate = (normalized + from_input).split([3 * self.width, self.width], 1)
        i, f, o = gates.sigmoid().chunk(3, 1)
        g = candidate.tanh() if tap is None else _observe(tap, (from_hidden + raw)[:, -self.width :], candidate)
        c = f * c + i * g
        return o * (c if self.norm_cell is None else self.norm_cell(c, step)).tanh(), c


def observed_steps(steps: int) -> list[int]:
    """Return up to five time steps from 1 to ``steps``, evenly spread."""
    spread = range(min(OBSERVED, steps))
    return [1 + round(index * (steps - 1) / max(1, len(spread) - 1)) for index in spread]


def _observe(tap: nn.Module, raw: Tensor, candidate: Tensor) -> Tensor:
    """Pass the values of a step through its tap; return the activations."""
    parts = tap._modules
    norm = parts.get("norm")
    if norm is None:
        candidate = parts["linear"](candidate)  # type: ignore[misc]
    else:
        parts["linear"](raw)  # type: ignore[misc]
        candidate = norm(candidate)
    activations: Tensor = parts["activation"](candidate)  # type: ignore[misc]
    return activations


def _recurrent(width: int, scale: float, seed: int) -> tuple[nn.Linear, nn.Linear]:
    """Return the orthogonal recurrent layers of the gates (input, forget, output) and of the candidates."""
    generator = torch.Generator().manual_seed(seed)
    blocks = [nn.init.orthogonal_(torch.empty(width, width), scale, generator=generator) for _ in range(4)]
    gates = allocated(nn.Linear(width, 3 * width, device="meta"))
    candidate = allocated(nn.Linear(width, width, device="meta"))
    with torch.no_grad():
        gates.weight.copy_(torch.cat(blocks[:3]))
        candidate.weight.copy_(blocks[3])
        gates.bias.zero_()[width : 2 * width] = 1
        candidate.bias.zero_()
    return gates, candidate
