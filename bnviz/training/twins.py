"""Twins: the arms as networks that start from the same weights wherever names and shapes agree."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from bnviz.config import Experiment, RunConfig
from bnviz.data import Dataset
from bnviz.nets import HiddenLayer, build_net, head, hidden_layers
from bnviz.telemetry.recorder import Recorder, edges_for
from bnviz.telemetry.run_description import Edges, SharedWeights
from bnviz.telemetry.transfer import fetch
from bnviz.training.determinism import repeat_exactly
from bnviz.training.engines.step_engine import StepEngine
from bnviz.training.evaluate import evaluation_mode
from bnviz.training.optimizers import apply_rates, make_optimizer
from bnviz.training.pace import pause_point

CHUNK = 250
"""Images that a convolutional net evaluates at once; the feature maps of more would need gigabytes."""


UNHASHED = 64
"""Most parts of batches that are kept until they are hashed together, so that not every step waits for a GPU."""

PIECE_BYTES = 2**16
"""Parts are hashed together up to this size: for each update of more than 2 kB, hashlib gives Python's lock away, and
has to wait for it; of many large parts, such as images, a copy of all would take a hundred megabytes."""


@dataclass(slots=True)
class Twin:
    """One arm in training.

    Attributes:
        config: recipe of the arm; its rates may change during training.
        net: the network.
        layers: hidden layers of the network.
        optimizer: the optimizer of the network.
        recorder: the recorder that observes the network.
        weights_hash: hash of the initial weights whose names and shapes all arms share, hex.
        shared_weights: how many of the initial weights are the same in all arms.
        diverged_at: step and layer where a number first was not finite, or None.
        engine: what computes its steps, None until the first one.
    """

    config: RunConfig
    net: nn.Module
    layers: tuple[HiddenLayer, ...]
    optimizer: Optimizer
    recorder: Recorder
    weights_hash: str
    shared_weights: SharedWeights
    diverged_at: tuple[int, str] | None = None
    engine: StepEngine | None = field(default=None, repr=False)
    _batches: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=4), repr=False)
    _unhashed: list[Tensor] = field(default_factory=list, repr=False)

    @property
    def batches_hash(self) -> str:
        """Hash of all batches so far, hex: the indices of the samples in their order, and distorted images themselves.

        Masks of dropout are not in it. Twins draw them from equal seeds (``nets.dropout``), so they are the same
        where the layers have the same shape; arms of other widths cannot have the same masks.
        """
        self._hash_all()
        return self._batches.hexdigest()

    def record_batch(self, indices: Tensor) -> None:
        """Add the indices of a batch to the hash."""
        self._record(indices)

    def record_distortion(self, x: Tensor) -> None:
        """Add a batch of images that were distorted by random draws to the hash."""
        self._record(x)
        if x.is_cpu:  # many of them would take megabytes out of the cache
            self._hash_all()

    def _record(self, part: Tensor) -> None:
        """Add to the hash, later: what is on a GPU would be waited for, and many at once are quicker on a CPU too."""
        self._unhashed.append(part)
        if len(self._unhashed) >= UNHASHED:
            self._hash_all()

    def _hash_all(self) -> None:
        piece = bytearray()
        for part in fetch(self._unhashed):
            piece += part.numpy().tobytes()
            if len(piece) >= PIECE_BYTES:
                self._batches.update(piece)
                piece = bytearray()
        self._batches.update(piece)
        self._unhashed = []

    def change_rates(self, config: RunConfig) -> None:
        """Apply the rates of another recipe without a restart."""
        self.config = config
        apply_rates(self.optimizer, config)

    def evaluate(self, x: Tensor, y: Tensor) -> tuple[float, float]:
        """Return loss and accuracy in evaluation mode (running statistics, no dropout)."""
        # An mlp takes all at once; the feature maps of so many images would need gigabytes.
        chunk = len(x) if self.config.net == "mlp" else CHUNK
        with evaluation_mode(self.net):
            logits = torch.cat([self.net(part) for part in torch.split(x, chunk)])
            # The mean over all samples, as in the recorded sweeps: a sum of chunks would change the last bits.
            loss, accuracy = F.cross_entropy(logits, y), (logits.argmax(1) == y).float().mean()
            found: list[float] = torch.stack([loss, accuracy]).tolist()
            return found[0], found[1]


def build_twins(experiment: Experiment, dataset: Dataset, device: torch.device) -> tuple[Twin, ...]:
    """Build all arms from the same seed.

    Each arm is built from its own generator with the experiment's seed. Networks draw their weights layer by layer in
    the same order, so tensors of the same name and shape are byte-identical, unless the arms differ in their
    initialization; ``weights_hash`` proves it, and ``shared_weights`` says how much of the networks that is.
    """
    repeat_exactly(device)
    configs = experiment.configs
    edges = edges_for([config.activation for config in configs])
    nets = initial_nets(experiment, dataset)
    hashes, shared = shared_weights_hashes(nets), shared_weights(nets)
    return tuple(
        _twin(config, net.to(device), edges, digest, shared)
        for config, net, digest in zip(configs, nets, hashes, strict=True)
    )


def initial_nets(experiment: Experiment, dataset: Dataset) -> list[nn.Module]:
    """Return the untrained network of each arm, on the CPU; the same experiment gives the same bytes."""
    return [_network(config, dataset) for config in experiment.configs]


def _network(config: RunConfig, dataset: Dataset) -> nn.Module:
    pause_point()
    generator = torch.Generator().manual_seed(config.seed)
    return build_net(config, dataset.input_shape, dataset.n_classes, generator)


def _twin(config: RunConfig, net: nn.Module, edges: Edges, digest: str, shared: SharedWeights) -> Twin:
    pause_point()
    layers = hidden_layers(net)
    recorder = Recorder(layers, head(net), config.activation, edges)
    return Twin(config, net, layers, make_optimizer(config, net), recorder, digest, shared)


def shared_weights_hashes(nets: Sequence[nn.Module]) -> list[str]:
    """Return a hash of each network, hex, 8 digits, over the tensors whose name and shape all networks share."""
    states = [dict(net.named_parameters()) for net in nets]
    shared = [
        name
        for name, tensor in states[0].items()
        if all(name in state and state[name].shape == tensor.shape for state in states)
    ]
    digests = []
    for state in states:
        digest = hashlib.blake2b(digest_size=4)
        for name in shared:
            digest.update(name.encode())
            digest.update(state[name].detach().cpu().numpy().tobytes())
        digests.append(digest.hexdigest())
    return digests


def shared_weights(nets: Sequence[nn.Module]) -> SharedWeights:
    """Count the weights that networks start from, those that are the same in all, and what else sets them apart.

    Parameters and buffers count, counters of batches do not. See ``SharedWeights`` for what N is.
    """
    states = [{name: tensor for name, tensor in net.state_dict().items() if tensor.is_floating_point()} for net in nets]
    same = of = filled_apart = 0
    for name in dict.fromkeys(chain.from_iterable(states)):
        variants: list[Tensor] = []
        for tensor in (state[name] for state in states if name in state):
            if not any(torch.equal(tensor, other) for other in variants):
                variants.append(tensor)
        is_same = len(variants) == 1 and all(name in state for state in states)
        weights = sum(tensor.numel() for tensor in variants if not _is_filled(tensor))
        of += weights
        if is_same:
            same += weights
        else:
            filled_apart += sum(tensor.numel() for tensor in variants) - weights
    return SharedWeights(same, of, filled_apart)


def _is_filled(tensor: Tensor) -> bool:
    """Whether all entries are equal, so that the seed had no part in them."""
    return tensor.numel() == 0 or bool((tensor == tensor.reshape(-1)[0]).all())
