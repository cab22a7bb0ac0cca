"""A recipe as a JAX program (flax.linen, optax) of the same architecture and rates."""

from __future__ import annotations

import json

from bnviz.chapters.pitfalls.code_parts import has_bias, in_order, initializer, note_on_average, weight_of_old
from bnviz.config import LEAKY_SLOPE, RunConfig

_INITIALIZERS = "jax.nn.initializers"

_TEXT = """import flax.linen as nn
import jax
import jax.numpy as jnp
import optax

from bnviz.data import load_dataset  # or your own: x (N, D) float32, y (N,) int

data = load_dataset({dataset})
x, y = jnp.asarray(data.x_train.flatten(1).numpy()), jnp.asarray(data.y_train.numpy())
BATCH, STEPS = min({batch_size}, len(x)), {steps}
{note}

def initializer(scale):
    return {initializer}


class Net(nn.Module):
    @nn.compact
    def __call__(self, x, train):
        for _ in range({depth}):
{layers}
        return nn.Dense(data.n_classes, kernel_init=initializer(1.0))(x)


net, key = Net(), jax.random.key({seed})
variables = net.init(key, x[:2], train=False)
params, stats = variables["params"], variables.get("batch_stats", {{}})
optimizer = {optimizer}
state = optimizer.init(params)


@jax.jit
def update(params, stats, state, images, labels, key):
    def loss_of(params):
        logits, moved = net.apply(
            {{"params": params, "batch_stats": stats}}, images, train=True,
            mutable=["batch_stats"], rngs={{"dropout": key}},
        )
        loss = optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()
        return loss, moved.get("batch_stats", {{}})

    (loss, stats), gradient = jax.value_and_grad(loss_of, has_aux=True)(params)
    change, state = optimizer.update(gradient, state, params)
    return optax.apply_updates(params, change), stats, state, loss


for step in range(STEPS):
    if step % (len(x) // BATCH) == 0:  # a new order each epoch; an incomplete last batch is dropped
        key, shuffle = jax.random.split(key)
        order = jax.random.permutation(shuffle, len(x))
    key, drop = jax.random.split(key)
    start = step % (len(x) // BATCH) * BATCH
    index = order[start : start + BATCH]
    params, stats, state, loss = update(params, stats, state, x[index], y[index], drop)

x_test, y_test = jnp.asarray(data.x_test.flatten(1).numpy()), jnp.asarray(data.y_test.numpy())
answers = net.apply({{"params": params, "batch_stats": stats}}, x_test, train=False).argmax(1)
print(f"last loss {{loss:.4f}}, test accuracy {{(answers == y_test).mean():.3f}}")
"""


def jax_source(config: RunConfig, steps: int) -> str:
    """Return the program; PyTorch's momentum m becomes 1 - m, and Flax averages the biased variance."""
    return _TEXT.format(
        dataset=json.dumps(config.dataset, ensure_ascii=False),
        batch_size=config.batch_size,
        steps=steps,
        seed=config.seed,
        note=note_on_average(config, "Flax"),
        initializer=initializer(config, f"{_INITIALIZERS}.variance_scaling", "normal", f"{_INITIALIZERS}.normal("),
        depth=config.depth,
        layers=_layers(config),
        optimizer=_optimizer(config),
    )


def _layers(config: RunConfig) -> str:
    scale = f"initializer({config.init_scale!r})"
    linear = f"nn.Dense({config.width}, use_bias={has_bias(config)}, kernel_init={scale})(x)"
    affine = "" if config.affine else ", use_bias=False, use_scale=False"
    rates = f"momentum={weight_of_old(config)!r}, epsilon={config.eps!r}{affine}"
    norm = f"nn.BatchNorm(\n{16 * ' '}use_running_average=not train, {rates}\n{12 * ' '})(x)"
    dropout = f"nn.Dropout({config.dropout!r}, deterministic=not train)(x)"
    return "\n".join(f"            x = {each}" for each in in_order(config, linear, _activation(config), norm, dropout))


def _activation(config: RunConfig) -> str:
    if config.activation == "identity":
        return "x"
    if config.activation == "leaky_relu":
        return f"nn.leaky_relu(x, {LEAKY_SLOPE})"
    return "nn.gelu(x, approximate=False)" if config.activation == "gelu" else f"nn.{config.activation}(x)"


def _optimizer(config: RunConfig) -> str:
    decay = repr(config.weight_decay) + _mask(config)
    if config.optimizer == "adamw":
        return f"optax.adamw({config.lr!r}, weight_decay={decay})"
    momentum = f", momentum={config.sgd_momentum!r}" if config.sgd_momentum else ""
    if config.optimizer == "sgd":
        rule = f"optax.sgd({config.lr!r}{momentum}{', nesterov=True' if config.nesterov else ''})"
    elif config.optimizer == "rmsprop":
        rule = f"optax.rmsprop({config.lr!r}, decay=0.99, eps=1e-08{momentum})"
    else:
        rule = f"optax.adam({config.lr!r})"
    if config.weight_decay == 0:
        return rule
    # L2 as in PyTorch: added to the gradient before the update rule.
    return f"optax.chain(optax.add_decayed_weights({decay}), {rule})"


def _mask(config: RunConfig) -> str:
    if config.decay_norm or config.norm == "none" or not config.affine:
        return ""
    name = '"BatchNorm" not in str(path)'
    return f",\n    mask=lambda params: jax.tree_util.tree_map_with_path(lambda path, _: {name}, params),\n"
