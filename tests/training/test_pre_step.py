"""What happens to an arm and its batch before a step: distortion, the rate's decay, fixed batches."""

from itertools import islice

import pytest
import torch

from bnviz.config import Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.norms import DataSetNorm, LateNorm
from bnviz.training.augment import photometric_augment
from bnviz.training.batches import batch_indices
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.optimizers import scheduled_lr
from bnviz.training.pre_step import MAX_REFERENCE_SAMPLES, pre_step_hook
from bnviz.training.twins import build_twins

SMALL = RunConfig(dataset="mnist", depth=2, width=8, batch_size=32, lr=0.1)


def steps_of(config, count, start=0, **arm):
    experiment = Experiment(config, (tuple(arm.items()) or (("norm", "batch"),),))
    dataset = load_dataset(config.dataset)
    device = torch.device("cpu")
    twins = build_twins(experiment, dataset, device)
    losses = [
        step.losses[0] for step in islice(train_steps(twins, TrainingData.of(dataset, device), start=start), count)
    ]
    return losses, twins[0]


def test_distortion_by_hand():
    x = torch.rand(5, 12)
    draws = torch.rand(2, 5, 1, generator=torch.Generator().manual_seed(3 * 1_000_003 + 7)) * 2 - 1
    by_hand = torch.stack(
        [
            ((row - row.mean()) * (1 + 0.4 * c) + row.mean() + 0.2 * b).clamp(0, 1)
            for row, c, b in zip(x, draws[0], draws[1], strict=True)
        ]
    )
    torch.testing.assert_close(photometric_augment(x, 0.4, seed=3, step=7), by_hand)
    assert not torch.equal(photometric_augment(x, 0.4, seed=3, step=8), photometric_augment(x, 0.4, seed=3, step=7))
    assert photometric_augment(x, 0.0, seed=3, step=7) is x


def test_distortion_changes_what_is_learned_and_repeats_itself():
    plain, _ = steps_of(SMALL, 5)
    one, _ = steps_of(SMALL.with_fields(distortion=0.5), 5)
    other, _ = steps_of(SMALL.with_fields(distortion=0.5), 5)
    assert one == other != plain


def test_the_rate_halves_once_a_half_life():
    config = SMALL.with_fields(lr=0.8, lr_half_life=100)
    assert [scheduled_lr(config, step) for step in (0, 100, 300)] == pytest.approx([0.8, 0.4, 0.1])
    assert scheduled_lr(SMALL, 5000) == SMALL.lr
    _, twin = steps_of(config, 51)
    assert twin.optimizer.param_groups[0]["lr"] == pytest.approx(0.8 * 0.5**0.5)


def test_kept_batches_always_hold_the_same_samples():
    size, count = 10, 4
    batches = list(islice(batch_indices(43, size, 0, "batches"), 3 * count))
    epochs = [batches[i : i + count] for i in range(0, len(batches), count)]
    groups = [{frozenset(batch.tolist()) for batch in epoch} for epoch in epochs]
    assert groups[0] == groups[1] == groups[2]
    assert any(not torch.equal(a, b) for a, b in zip(epochs[0], epochs[1], strict=True))
    fresh = list(islice(batch_indices(43, size, 0, "samples"), 2 * count))
    assert {frozenset(b.tolist()) for b in fresh[:count]} != {frozenset(b.tolist()) for b in fresh[count:]}


@pytest.mark.parametrize("shuffle", ["samples", "batches"])
def test_batches_go_on_from_anywhere(shuffle):
    whole = list(islice(batch_indices(43, 10, 5, shuffle), 13))
    for start in (0, 3, 4, 9):
        rest = list(islice(batch_indices(43, 10, 5, shuffle, start), 13 - start))
        assert all(torch.equal(a, b) for a, b in zip(whole[start:], rest, strict=True))


def test_batches_of_equal_sizes_are_shared_and_others_are_not():
    def hashes(*values):
        arms = tuple((("shuffle", value), ("norm", norm)) for value, norm in values)
        dataset, device = load_dataset("mnist"), torch.device("cpu")
        twins = build_twins(Experiment(SMALL, arms), dataset, device)
        list(islice(train_steps(twins, TrainingData.of(dataset, device)), 170))
        return [twin.batches_hash for twin in twins]

    same, also = hashes(("samples", "none"), ("samples", "batch"))
    assert same == also
    fresh, kept = hashes(("samples", "batch"), ("batches", "batch"))
    assert fresh != kept


def test_a_norm_is_inserted_at_its_step_and_not_before():
    late, _ = steps_of(SMALL.with_fields(norm_from=6), 12, norm="batch")
    never, _ = steps_of(SMALL, 12, norm="none")
    assert late[:6] == never[:6]
    assert all(a != b for a, b in zip(late[6:], never[6:], strict=True))
    _, inactive = steps_of(SMALL.with_fields(norm_from=6), 6, norm="batch")
    _, active = steps_of(SMALL.with_fields(norm_from=6), 7, norm="batch")
    norms = [m for twin in (inactive, active) for m in twin.net.modules() if isinstance(m, LateNorm)]
    assert [m.active for m in norms] == [False, False, True, True]


def test_whole_data_set_statistics_are_those_of_the_training_set_under_the_present_weights():
    _, twin = steps_of(SMALL.with_fields(lr=0.3), 5, norm="dataset")
    x = load_dataset("mnist").x_train.flatten(1)
    reference = x[:: -(-len(x) // MAX_REFERENCE_SAMPLES)]
    assert len(reference) <= MAX_REFERENCE_SAMPLES
    before = [m.running_mean.clone() for m in twin.net.modules() if isinstance(m, DataSetNorm)]
    ready = pre_step_hook(twin, x)
    batch = x[:32]
    assert ready(batch, 5) is batch
    layer = twin.layers[0]
    u = layer.linear(reference)
    torch.testing.assert_close(layer.norm.running_mean, u.mean(0), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(layer.norm.running_var, u.var(0, correction=0), rtol=1e-4, atol=1e-5)
    assert not torch.equal(before[0], layer.norm.running_mean)  # those of the step before


def test_gamma_and_beta_of_every_norm_are_spared_by_weight_decay_when_asked():
    for norm in ("batch", "layer", "group", "ghost", "renorm", "noisy", "weight_group", "mean_only", "no_beta"):
        _, twin = steps_of(SMALL.with_fields(weight_decay=0.1, decay_norm=False, norm_from=3), 1, norm=norm)
        roles = {group["role"]: group for group in twin.optimizer.param_groups}
        held = [p for layer in twin.layers for p in (layer.norm.weight, layer.norm.bias) if p is not None]
        assert {id(p) for p in roles["norms"]["params"]} == {id(p) for p in held}, norm
        assert roles["norms"]["weight_decay"] == 0
        assert roles["weights"]["weight_decay"] == 0.1
