"""Which modules and functions are nonlinear, linear, normalizing, or pass on what they are given; by their names."""

from __future__ import annotations

from torch import nn
from torch.nn.modules import activation as torch_activations
from torch.nn.modules.conv import _ConvNd

from bnviz.config import LEAKY_SLOPE
from bnviz.watching.norm_layers import Kind

LINEAR = (nn.Linear, _ConvNd)
LINEAR_FUNCTIONS = frozenset(
    ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
)
NORM_FUNCTIONS: dict[str, Kind] = {
    "batch_norm": "batch",
    "instance_norm": "instance",
    "layer_norm": "layer",
    "group_norm": "group",
    "rms_norm": "rms",
}
PASSING = frozenset(
    (
        "view", "view_as", "reshape", "reshape_as", "flatten", "unflatten", "transpose", "permute", "movedim",
        "swapaxes", "squeeze", "unsqueeze", "contiguous", "clone", "detach", "to", "type", "type_as", "float", "half",
        "bfloat16", "double", "cpu", "cuda", "pad", "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout",
        "feature_dropout", "max_pool1d", "max_pool2d", "max_pool3d", "avg_pool1d", "avg_pool2d", "avg_pool3d",
        "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d", "__get__",
    )
)  # fmt: skip
"""Functions whose output is their input in another shape, place or type, thinned or pooled."""

_FUNCTIONS = frozenset(
    (
        "relu", "relu6", "sigmoid", "tanh", "leaky_relu", "gelu", "silu", "mish", "elu", "selu", "celu", "hardswish",
        "hardsigmoid", "hardtanh", "softplus", "softsign", "prelu", "rrelu", "logsigmoid", "threshold", "hardshrink",
        "softshrink", "tanhshrink",
    )
)  # fmt: skip
_OTHER_NAMES = {
    "leakyrelu": "leaky_relu",
    "swish": "silu",
    "quickgelu": "quick_gelu",
    "gelutanh": "gelu_tanh",
    "newgelu": "gelu_tanh",
    "hardmish": "hard_mish",
    "squaredrelu": "squared_relu",
    "relusquared": "squared_relu",
    "expit": "sigmoid",
}
_NO_ELEMENTWISE = ("multiheadattention", "softmax", "logsoftmax", "softmin", "softmax2d", "glu")
_TORCH_CLASSES = tuple(
    kind
    for name, kind in vars(torch_activations).items()
    if isinstance(kind, type)
    and issubclass(kind, nn.Module)
    and name in torch_activations.__all__
    and name.lower() not in _NO_ELEMENTWISE
)


def nonlinearity_of(module: nn.Module) -> str | None:
    """Return the name of an elementwise nonlinearity that is a module, torch's or of a known name; else None."""
    name = type(module).__name__.lower().removesuffix("activation").rstrip("_")
    name = _OTHER_NAMES.get(name, name)
    if isinstance(module, nn.LeakyReLU) and module.negative_slope != LEAKY_SLOPE:
        return "leaky_relu_of_another_slope"
    if isinstance(module, nn.GELU) and module.approximate != "none":
        return "gelu_tanh"
    if isinstance(module, _TORCH_CLASSES):
        return name
    known = name in _FUNCTIONS or name in _OTHER_NAMES.values()
    return name if known and not module._modules else None


def nonlinear_function(name: str) -> str | None:
    """Return the name of a nonlinearity that is called as a function or a method: relu of ``Tensor.relu_``."""
    bare = name.rstrip("_")
    bare = _OTHER_NAMES.get(bare, bare)
    return bare if bare in _FUNCTIONS else None
