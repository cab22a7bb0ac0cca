"""What the twins badge counts: drawn weights that all networks have, all weights, and what else sets them apart."""

import glob

import pytest
import torch
from torch import nn

from bnviz.config import RunConfig, compare
from bnviz.data import load_dataset
from bnviz.telemetry import recording
from bnviz.telemetry.run_description import RunDescription, SharedWeights
from bnviz.training.completed import completed
from bnviz.training.describe import describe
from bnviz.training.device_trial import DeviceChoice
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins, initial_nets, shared_weights, shared_weights_hashes

BASE = RunConfig(depth=6, width=100, norm="batch")
CPU = torch.device("cpu")


def counted(field, values, dataset="mnist"):
    return shared_weights(initial_nets(compare(BASE, field, values), load_dataset(dataset)))


def by_hand(nets):
    """The same counts, number by number."""
    sets = []
    for net in nets:
        numbers = set()
        for name, tensor in net.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                drawn = len(set(tensor.flatten().tolist())) > 1
                numbers |= {(drawn, name, tuple(tensor.shape), k, v) for k, v in enumerate(tensor.flatten().tolist())}
        sets.append(numbers)
    same, union = set.intersection(*sets), set.union(*sets)
    drawn = [{number for number in part if number[0]} for part in (same, union)]
    return len(drawn[0]), len(drawn[1]), len(union) - len(same) - (len(drawn[1]) - len(drawn[0]))


def test_with_and_without_norm_all_weights_are_the_same_and_the_rest_is_counted_apart():
    weights = 784 * 100 + 5 * 100 * 100 + 100 * 10
    biases, bn = 6 * 100, 6 * 4 * 100  # BN: gamma, beta, running mean and variance; its layers have no bias
    assert counted("norm", ["none", "batch"]) == SharedWeights(weights, weights, biases + bn)


def test_nets_of_other_width_share_nothing_though_their_hashes_agree():
    nets = initial_nets(compare(BASE, "width", [50, 100]), load_dataset("mnist"))
    assert len(set(shared_weights_hashes(nets))) == 1, "the hash stands on the ten zeros of the last bias"
    shared = shared_weights(nets)
    assert (shared.same, shared.of) == (0, sum(784 * w + 5 * w * w + 10 * w for w in (50, 100)))


def test_a_net_inside_of_a_deeper_one_shares_what_it_has():
    shared = counted("depth", [2, 6])
    assert (shared.same, shared.of) == (784 * 100 + 100 * 100 + 1000, 784 * 100 + 5 * 100 * 100 + 1000)


@pytest.mark.parametrize(
    ("field", "values"),
    [("norm", ["none", "batch", "layer"]), ("init_scale", [1.0, 4.0]), ("depth", [2, 3, 4]), ("lr", [0.1, 0.2])],
)
def test_the_counts_are_those_of_sets_of_numbers(field, values):
    base = RunConfig(dataset="moons", depth=3, width=12)
    nets = initial_nets(compare(base, field, values), load_dataset("moons"))
    shared = shared_weights(nets)
    assert (shared.same, shared.of, shared.filled_apart) == by_hand(nets)


def test_one_changed_number_makes_its_tensor_another():
    one, other = nn.Linear(3, 2), nn.Linear(3, 2)
    other.load_state_dict(one.state_dict())
    assert shared_weights([one, other]) == SharedWeights(8, 8, 0)
    with torch.no_grad():
        other.weight[0, 0] += 1e-6
    assert shared_weights([one, other]) == SharedWeights(2, 14, 0)


def test_masks_of_dropout_are_the_same_in_twins_of_equal_shapes():
    """The badge says so, although no hash covers them."""
    config = RunConfig(dataset="moons", depth=2, width=12, dropout=0.5)
    masks = []
    for net in initial_nets(compare(config, "norm", ["none", "batch"]), load_dataset("moons")):
        dropouts = [module for module in net.modules() if isinstance(module, nn.Dropout)]
        masks.append(torch.cat([module.train()(torch.ones(40, 12)) for module in dropouts for _ in range(3)]))
    assert (masks[0] == 0).any()
    assert torch.equal(masks[0], masks[1])


def test_the_hash_of_batches_holds_distorted_images():
    def hashes(strengths):
        experiment = compare(RunConfig(depth=1, width=4), "distortion", strengths)
        dataset = load_dataset("mnist")
        twins = build_twins(experiment, dataset, CPU)
        steps = train_steps(twins, TrainingData.of(dataset, CPU))
        for _ in range(2):
            next(steps)
        return [twin.batches_hash for twin in twins]

    one, other = hashes([0.2, 0.4])
    assert one != other, "the same samples, otherwise distorted"
    assert hashes([0.4])[0] == other, "the same seed draws the same distortions"


def test_an_early_recording_is_completed_from_its_recipe():
    history = recording.load(recording_bytes("default"))
    early = without_counts(history.description)
    full = completed(early)
    assert (full.shared_weights.same, full.shared_weights.of) == (129_400, 129_400)
    assert full.dataset.n_evaluated == 1000
    assert full.arms[0].samples[0].values == (2048, 6000)
    assert completed(full) is full


def test_what_is_not_the_net_of_the_recording_completes_nothing():
    early = without_counts(recording.load(recording_bytes("default")).description)
    plain = early.to_dict()
    plain["arms"][1]["weights_hash"] = "00000000"
    other = RunDescription.from_dict(plain)
    assert completed(other) == other
    plain = early.to_dict()
    plain["dataset"]["name"] = "nowhere"
    assert "shared_weights" not in completed(RunDescription.from_dict(plain)).to_dict()


def test_every_bundled_scene_says_what_its_networks_share_and_what_is_sampled():
    for path in glob.glob("assets/recordings/scenes/*.npz"):
        full = completed(recording.load(path).description)
        assert full.shared_weights.same >= 0.9 * full.shared_weights.of, path
        frame = recording.load(path).frames[0]
        for arm, record in zip(full.arms, frame.arms, strict=True):
            kept = [sample.values[0] for sample in arm.samples]
            assert kept == record.histogram[:, 0].sum(-1).tolist(), path


@pytest.mark.parametrize(
    ("config", "places", "values"),
    [
        (RunConfig(dataset="moons", depth=1, width=12, batch_size=60), (60, 60), (720, 720)),
        (RunConfig(depth=1, width=100, batch_size=60), (60, 60), (2048, 6000)),
        (RunConfig(net="vgg11", width=8, batch_size=64), (256, 64 * 32 * 32), (2048, 64 * 32 * 32 * 8)),
    ],
)
def test_a_layer_says_how_much_of_it_is_measured(config, places, values):
    dataset = load_dataset(config.dataset)
    experiment = compare(config, "norm", ["batch"])
    twins = build_twins(experiment, dataset, CPU)
    before = {name: tensor.clone() for name, tensor in twins[0].net.state_dict().items()}
    (arm,) = describe(experiment, dataset, twins, DeviceChoice(CPU), 10).arms
    assert (arm.samples[0].places, arm.samples[0].values) == (places, values)
    assert all(torch.equal(tensor, before[name]) for name, tensor in twins[0].net.state_dict().items())
    assert twins[0].net.training


def recording_bytes(name):
    with open(f"assets/recordings/{name}.npz", "rb") as file:
        return file.read()


def without_counts(description):
    plain = description.to_dict()
    plain.pop("shared_weights", None)
    plain["dataset"].pop("n_evaluated", None)
    for arm in plain["arms"]:
        arm.pop("samples", None)
    return RunDescription.from_dict(plain)
