"""RunConfig: the frozen, validated recipe of one network's training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from bnviz.config.bounds import Field, Value
from bnviz.config.errors import InputError
from bnviz.config.fields import FIELDS, MAP_NORMS, RECURRENT_NORMS


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """The recipe of one network's training; equal recipes give equal runs.

    All fields are checked against ``bnviz.config.FIELDS``.

    Attributes:
        dataset: name of a data set (``bnviz.data.load_dataset``).
        net: family of the network (``bnviz.nets``).
        depth: number of hidden layers of an mlp; the other nets have the depth of their papers.
        width: units per hidden layer of an mlp; channels of the first stage of vgg11, resnet20 and inception (64 and
            16 are the published sizes of the first two); cells of rnn.
        activation: nonlinearity after each hidden layer.
        norm: one of ``bnviz.config.fields.NORMS``; see ``bnviz.norms``.
        norm_position: "before" (Ioffe & Szegedy 2015, sec. 3.2) or "after" the activation.
        eps: added to the variance inside the root.
        momentum: weight of the NEW batch in the running average (PyTorch's convention); None means cumulative.
        affine: whether the normalization learns gamma and beta.
        norm_at: hidden layers that have the norm: "all", or their numbers from 1 ("1.3.8").
        norm_from: step at which the norm is inserted into the training net; 0 means that it is there from the start.
        groups: groups of channels of group normalization; the nearest divisor of the channels is used.
        ghost_size: samples per ghost batch.
        gamma_init: initial value of gamma (0.1 in Cooijmans et al. 2016).
        skip: whether resnet20 has its shortcuts.
        factorize: whether inception has two 3x3 convolutions instead of a 5x5 one (Ioffe & Szegedy 2015, appendix).
        lrn: whether inception has local response normalization.
        init: "xavier" (uniform), "kaiming" (normal) or "normal" (std = init_std).
        init_std: standard deviation for init="normal".
        init_scale: factor on the initial weights of all hidden layers, but not of the head.
        optimizer: "sgd", "adam", "adamw" or "rmsprop".
        lr: learning rate.
        sgd_momentum: momentum of SGD and RMSprop, not of BN.
        nesterov: whether SGD uses Nesterov momentum; needs sgd_momentum > 0.
        weight_decay: L2 coefficient of the optimizer.
        decay_norm: whether weight decay also applies to gamma and beta (PyTorch's default).
        lr_half_life: steps in which the exponentially decaying lr is halved; 0 means a constant lr.
        dropout: probability of zeroing an activation.
        dropout_at: "hidden" (after each hidden layer, so before the next norm) or "head" (before the head).
        shuffle: "samples" (each epoch has new batches) or "batches" (each epoch has the same batches in a new order).
        distortion: strength of random brightness and contrast on training images, 0..1.
        batch_size: samples per step.
        seed: seed of initial weights, batches and dropout.
        device: "auto", "cpu", "cuda" or "mps"; "auto" is the faster one in a trial of a tenth of a second.

    Raises:
        InputError: a field is out of bounds, or two fields do not fit together.
    """

    dataset: str = "mnist"
    net: str = "mlp"
    depth: int = 6
    width: int = 100
    activation: str = "sigmoid"
    norm: str = "batch"
    norm_position: str = "before"
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = True
    norm_at: str = "all"
    norm_from: int = 0
    groups: int = 8
    ghost_size: int = 16
    gamma_init: float = 1.0
    skip: bool = True
    factorize: bool = True
    lrn: bool = False
    init: str = "xavier"
    init_std: float = 0.1
    init_scale: float = 1.0
    optimizer: str = "sgd"
    lr: float = 0.5
    sgd_momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    decay_norm: bool = True
    lr_half_life: int = 0
    dropout: float = 0.0
    dropout_at: str = "hidden"
    shuffle: str = "samples"
    distortion: float = 0.0
    batch_size: int = 60
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        for name, field in FIELDS.items():
            field.check(name, getattr(self, name))
        if self.nesterov and (self.optimizer != "sgd" or self.sgd_momentum == 0):
            raise InputError("nesterov needs optimizer sgd with sgd_momentum above 0")
        if self.norm_position == "after" and self.net not in ("mlp", "vgg11"):
            raise InputError(f"norm_position after needs net mlp or vgg11, got net {self.net}")
        if self.norm in MAP_NORMS and self.net in ("mlp", "rnn"):
            raise InputError(f"norm {self.norm} needs a convolutional net, got net {self.net}")
        if self.net == "rnn":
            self._check_recurrent()

    def _check_recurrent(self) -> None:
        if self.norm not in RECURRENT_NORMS:
            raise InputError(f"net rnn knows norm {', '.join(RECURRENT_NORMS)}, got {self.norm}")
        for name, only in (("activation", "tanh"), ("norm_at", "all"), ("norm_from", 0)):
            if getattr(self, name) != only:
                raise InputError(f"net rnn knows {name} {only} only, got {getattr(self, name)}")

    def with_fields(self, **changes: Value) -> RunConfig:
        """Return a copy with some fields replaced; unknown names raise InputError."""
        for name in changes:
            _known(name)
        return replace(self, **changes)  # type: ignore[arg-type]

    def to_dict(self) -> dict[str, Value]:
        """Return all fields as plain values, ready for JSON."""
        return asdict(self)


def config_from_dict(values: Mapping[str, Value]) -> RunConfig:
    """Build a RunConfig from plain values; unknown or wrong ones raise InputError."""
    return RunConfig().with_fields(**dict(values))


def parse_field(name: str, text: str) -> Value:
    """Read the value of one field from text, as in a URL or after ``--set``."""
    return _known(name).parse(name, text)


def _known(name: str) -> Field:
    if name not in FIELDS:
        raise InputError(f"unknown field {name!r:.80}; known are {', '.join(FIELDS)}")
    return FIELDS[name]
