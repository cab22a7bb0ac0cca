"""A recipe as a Keras 3 program of the same architecture and rates."""

from __future__ import annotations

import json

from bnviz.chapters.pitfalls.code_parts import has_bias, in_order, initializer, note_on_average, weight_of_old
from bnviz.config import LEAKY_SLOPE, RunConfig

_INITIALIZERS = "keras.initializers"

_TEXT = """import keras
from keras import layers

from bnviz.data import load_dataset  # or your own: x (N, D) float32, y (N,) int

data = load_dataset({dataset})
x, y = data.x_train.flatten(1).numpy(), data.y_train.numpy()
x_test, y_test = data.x_test.flatten(1).numpy(), data.y_test.numpy()
BATCH, STEPS = min({batch_size}, len(x)), {steps}
n = len(x) // BATCH * BATCH  # an incomplete last batch is dropped
keras.utils.set_random_seed({seed})
{note}

def dense(units, use_bias, scale):
    initializer = {initializer}
    return layers.Dense(units, use_bias=use_bias, kernel_initializer=initializer{decay})


net = keras.Sequential([keras.Input((x.shape[1],))])
for _ in range({depth}):
{layers}
net.add(dense(data.n_classes, use_bias=True, scale=1.0))

optimizer = {optimizer}
{exclude}net.compile(
    optimizer=optimizer,
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
epochs = -(-STEPS * BATCH // n)  # about STEPS updates
net.fit(x[:n], y[:n], batch_size=BATCH, epochs=epochs)  # training=True
print(net.evaluate(x_test, y_test))  # training=False: moving statistics, no dropout
"""


def keras_source(config: RunConfig, steps: int) -> str:
    """Return the program; PyTorch's momentum m becomes 1 - m, epsilon is written out, L2 is that of PyTorch."""
    return _TEXT.format(
        dataset=json.dumps(config.dataset, ensure_ascii=False),
        batch_size=config.batch_size,
        steps=steps,
        seed=config.seed,
        note=note_on_average(config, "Keras"),
        initializer=initializer(
            config, f"{_INITIALIZERS}.VarianceScaling", "untruncated_normal", f"{_INITIALIZERS}.RandomNormal(0.0, "
        ),
        decay=_decay(config, ("kernel", "bias")),
        depth=config.depth,
        layers=_layers(config),
        optimizer=_optimizer(config),
        exclude=_exclude(config),
    )


def _decay(config: RunConfig, names: tuple[str, ...]) -> str:
    """L2(c) adds c w^2 to the loss; PyTorch's weight_decay adds wd w to the gradient, so c = wd / 2."""
    if config.weight_decay == 0 or config.optimizer == "adamw":
        return ""
    return "".join(
        f",\n        {name}_regularizer=keras.regularizers.L2({config.weight_decay / 2!r})" for name in names
    )


def _layers(config: RunConfig) -> str:
    linear = f"dense({config.width}, use_bias={has_bias(config)}, scale={config.init_scale!r})"
    affine = "" if config.affine else ", center=False, scale=False"
    decay = _decay(config, ("gamma", "beta")) if config.decay_norm and config.affine else ""
    rates = f"momentum={weight_of_old(config)!r}, epsilon={config.eps!r}"
    norm = f"layers.BatchNormalization({rates}{affine}{decay})"
    dropout = f"layers.Dropout({config.dropout!r})"
    return "\n".join(f"    net.add({each})" for each in in_order(config, linear, _activation(config), norm, dropout))


def _activation(config: RunConfig) -> str:
    if config.activation == "leaky_relu":
        return f"layers.LeakyReLU(negative_slope={LEAKY_SLOPE})"
    return f'layers.Activation("{"linear" if config.activation == "identity" else config.activation}")'


def _exclude(config: RunConfig) -> str:
    if config.optimizer != "adamw" or config.decay_norm or config.norm == "none":
        return ""
    return 'optimizer.exclude_from_weight_decay(var_names=["gamma", "beta"])\n'


def _optimizer(config: RunConfig) -> str:
    start = f"keras.optimizers.{{}}({config.lr!r}"
    if config.optimizer == "sgd":
        nesterov = ", nesterov=True" if config.nesterov else ""
        return start.format("SGD") + f", momentum={config.sgd_momentum!r}{nesterov})"
    if config.optimizer == "rmsprop":
        return start.format("RMSprop") + f", rho=0.99, momentum={config.sgd_momentum!r}, epsilon=1e-08)"
    if config.optimizer == "adam":
        return start.format("Adam") + ", epsilon=1e-08)"
    return start.format("AdamW") + f", weight_decay={config.weight_decay!r}, epsilon=1e-08)"
