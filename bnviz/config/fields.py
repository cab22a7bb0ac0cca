"""The fields of a RunConfig and the values that each accepts; sliders, checks, command line and URL read this table."""

from bnviz.config.bounds import Bounds, Choice, Field, Flag, Name, Numbers

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "identity")
LEAKY_SLOPE = 0.01
"""Slope of leaky_relu for negative inputs, the default of torch."""
NORMS = (
    "none",
    "batch",
    "layer",
    "group",
    "instance",
    "ghost",
    "renorm",
    "weight",
    "weight_group",
    "noisy",
    "cumulative",
    "dataset",
    "mean_only",
    "variance_only",
    "no_gamma",
    "no_beta",
    "per_activation",
)
NETS = ("mlp", "vgg11", "resnet20", "inception", "rnn")
OPTIMIZERS = ("sgd", "adam", "adamw", "rmsprop")

FIELDS: dict[str, Field] = {
    "dataset": Name("mnist"),
    "net": Choice(NETS, "mlp"),
    "depth": Bounds(1, 20, 6, integer=True),
    "width": Bounds(1, 512, 100, integer=True),
    "activation": Choice(ACTIVATIONS, "sigmoid"),
    "norm": Choice(NORMS, "batch"),
    "norm_position": Choice(("before", "after"), "before"),
    "eps": Bounds(1e-12, 1.0, 1e-5, log=True),
    "momentum": Bounds(1e-4, 1.0, 0.1, log=True, optional=True),
    "affine": Flag(True),
    "norm_at": Numbers("all"),
    "norm_from": Bounds(0, 1_000_000, 0, integer=True),
    "groups": Bounds(1, 64, 8, log=True, integer=True),
    "ghost_size": Bounds(2, 1024, 16, log=True, integer=True),
    "gamma_init": Bounds(0.0, 10.0, 1.0),
    "skip": Flag(True),
    "factorize": Flag(True),
    "lrn": Flag(False),
    "init": Choice(("xavier", "kaiming", "normal"), "xavier"),
    "init_std": Bounds(1e-4, 10.0, 0.1, log=True),
    "init_scale": Bounds(0.01, 100.0, 1.0, log=True),
    "optimizer": Choice(OPTIMIZERS, "sgd"),
    "lr": Bounds(1e-5, 100.0, 0.5, log=True),
    "sgd_momentum": Bounds(0.0, 0.999, 0.0),
    "nesterov": Flag(False),
    "weight_decay": Bounds(0.0, 1.0, 0.0),
    "decay_norm": Flag(True),
    "lr_half_life": Bounds(0, 1_000_000, 0, integer=True),
    "dropout": Bounds(0.0, 0.9, 0.0),
    "dropout_at": Choice(("hidden", "head"), "hidden"),
    "shuffle": Choice(("samples", "batches"), "samples"),
    "distortion": Bounds(0.0, 1.0, 0.0),
    "batch_size": Bounds(1, 1024, 60, log=True, integer=True),
    "seed": Bounds(0, 2**31 - 1, 0, integer=True),
    "device": Choice(("auto", "cpu", "cuda", "mps"), "auto"),
}

# Fields that can change in a running optimizer.
LIVE_FIELDS = ("lr", "sgd_momentum", "weight_decay")

# Norms that need feature maps; nets without feature maps refuse them.
MAP_NORMS = ("instance", "per_activation")

# Norms of a recurrent net.
RECURRENT_NORMS = ("none", "batch", "layer")

# Fields in which the arms of an experiment may differ; they always share the data and the seed.
COMPARABLE = tuple(name for name in FIELDS if name not in ("dataset", "net", "seed", "device"))
