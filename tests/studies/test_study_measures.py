"""What studies measure beyond accuracy, each against the same thing done plainly."""

import base64
import threading
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch.nn import functional as F

from bnviz.data import Dataset
from bnviz.studies import STUDIES, TrainedUnit, UnitOutput
from bnviz.studies.adabn import SHIFTS, blurred, brighter, flatter, measure_shifted_images
from bnviz.studies.dropout import measure_recomputed_statistics
from bnviz.studies.ensemble import mean_of_members
from bnviz.studies.inception import ACCELERATE, ENSEMBLE, INCEPTION_VARIANTS
from bnviz.studies.records import Arm, UnitResult
from bnviz.studies.samples import fingerprint
from bnviz.studies.statistics import running_norms, statistics_of, variance_ratios
from bnviz.studies.study_runner import StudyRunner
from bnviz.training.evaluate import loss_and_accuracy, probabilities


def small_images(count=60, side=32, channels=3, classes=10):
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(count, channels, side, side, generator=generator)
    y = torch.arange(count) % classes
    return Dataset("small", x, y, x[: count // 2], y[: count // 2], tuple(map(str, range(classes))), "made")


DATA = small_images()


def trained(study="adabn", **changes):
    """A unit of a study after a few steps, as its hook gets it."""
    arm = Arm("one", tuple(changes.items()))
    short = replace(STUDIES[study], arms=(arm,), steps=3, expected=(), hook=None)
    short = replace(short, base=short.base.with_fields(batch_size=20, width=2))
    (unit,) = short.units((0,), fingerprint(DATA))
    run = StudyRunner(unit, DATA)
    run.run(threading.Event(), lambda step: None, None, 1e9)
    test = DATA.x_test.flatten(1), DATA.y_test
    return TrainedUnit(unit, run.twin, DATA, DATA.x_train.flatten(1), *test)


def test_probabilities_and_accuracy_in_chunks_are_those_of_the_whole():
    it = trained()
    net = it.twin.net
    net.eval()
    with torch.no_grad():
        logits = net(it.x_test)
    net.train()
    torch.testing.assert_close(probabilities(net, it.x_test, chunk=7), logits.softmax(1))
    loss, accuracy = loss_and_accuracy(net, it.x_test, it.y_test, chunk=7)
    assert loss == pytest.approx(F.cross_entropy(logits, it.y_test).item(), rel=1e-5)
    assert accuracy == pytest.approx((logits.argmax(1) == it.y_test).float().mean().item())
    assert net.training


def test_statistics_of_other_inputs_are_theirs_and_are_given_back():
    it = trained(dropout=0.5)
    net = it.twin.net
    before = {name: value.clone() for name, value in net.state_dict().items()}
    other = brighter(DATA.x_test).flatten(1)
    first = running_norms(net)[0]
    inputs = []
    with statistics_of(net, other):
        assert not net.training
        handle = first.register_forward_pre_hook(lambda module, seen: inputs.append(seen[0]))
        with torch.no_grad():
            net(other)
        handle.remove()
        torch.testing.assert_close(first.running_mean, inputs[0].mean((0, 2, 3)))
        torch.testing.assert_close(first.running_var, inputs[0].var((0, 2, 3)))
    assert net.training
    for name, value in net.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert first.momentum == 0.1


def test_statistics_in_chunks_are_averages_over_them():
    net = trained().twin.net
    x = DATA.x_train.flatten(1)
    first = running_norms(net)[0]
    with torch.no_grad():
        parts = [net.conv1(net.image(part)) for part in x.chunk(3)]
    with statistics_of(net, x, chunk=20):
        torch.testing.assert_close(first.running_var, torch.stack([p.var((0, 2, 3)) for p in parts]).mean(0))


def test_variance_ratios_against_hand_made_running_statistics():
    net = trained().twin.net
    x = DATA.x_train.flatten(1)
    with statistics_of(net, x):
        # Exact at the first norm; the later ones saw biased variances before, and see unbiased ones now.
        assert variance_ratios(net, x) == pytest.approx([1.0] * 8, rel=2e-2)
        assert variance_ratios(net, x)[0] == pytest.approx(1.0, rel=1e-4)
        running_norms(net)[0].running_var.mul_(0.5)
        assert variance_ratios(net, x)[0] == pytest.approx(2.0, rel=1e-4)
    assert all(len(module._forward_pre_hooks) == 0 for module in net.modules())


def test_shifts_keep_images_in_range_and_do_what_they_say():
    x = DATA.x_test
    assert brighter(x).max() == 1
    assert torch.equal(brighter(x), (x + 0.3).clamp(max=1))
    assert flatter(x).std().item() == pytest.approx(0.3 * x.std().item(), rel=0.02)
    torch.testing.assert_close(flatter(x).mean((1, 2, 3)), x.mean((1, 2, 3)))
    flat = torch.full((1, 3, 8, 8), 0.4)
    torch.testing.assert_close(blurred(flat), flat)
    dot = torch.zeros(1, 3, 9, 9)
    dot[0, 0, 4, 4] = 1
    spot = blurred(dot)
    assert spot[0, 0].sum() == pytest.approx(1)
    assert spot[0, 1:].abs().sum() == 0
    assert spot[0, 0, 4, 5] / spot[0, 0, 4, 4] == pytest.approx(torch.exp(torch.tensor(-0.5)).item())


def test_shifted_images_by_either_statistics():
    more = measure_shifted_images(trained())
    assert set(more.extras) == {f"{s}.{w}" for s in SHIFTS for w in ("source", "target", "unbalanced")}
    assert all(0 <= value <= 1 for value in more.extras.values())
    only = measure_shifted_images(trained(norm="none"))
    assert set(only.extras) == {f"{s}.source" for s in SHIFTS}


def test_dropout_before_bn_is_measured_per_norm():
    more = measure_recomputed_statistics(trained("dropout-before-bn", dropout=0.5, dropout_at="hidden"))
    assert len(more.extras["variance_ratio"]) == 8
    assert {"test.running", "test.recomputed"} < set(more.extras)


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_builds_all_its_nets_and_takes_two_steps(name):
    """Two steps of the last arm on a few images; of the others the net alone."""
    study = STUDIES[name]
    data = small_images(side=28, channels=1) if study.base.dataset.startswith("mnist") else DATA
    small = replace(study, n_test=0, n_curve=20, evaluations=2)
    small = replace(small, arms=tuple(replace(arm, steps=0) for arm in small.arms), steps=2)
    for unit in small.units((0,), "any"):
        run = StudyRunner(unit, data)
        if unit.arm == small.arms[-1].name:
            run.run(threading.Event(), lambda step: None, None, 1e9)
            finished = run.finish().result
            assert finished.steps == (0, 1, 2)
            assert finished.diverged is None
            assert finished.step_ms > 0


def member(study, name, seed, votes):
    (unit,) = [unit for unit in study.units((seed,), "any") if unit.arm == name]
    kept = base64.b64encode(torch.tensor(votes, dtype=torch.float32).numpy().tobytes()).decode()
    result = UnitResult(
        name, seed, unit.key, (0, 2), (2.0, 1.0), (2.0, 1.0), (0.1, 0.5), 0.9, 0.5, 0.5, None, None, 1.0, 2.0
    )
    return UnitOutput(result, kept)


def test_the_ensemble_is_the_mean_of_its_members_probabilities():
    """Three images of classes 0, 1, 1, and three members that are right on two, two and one of them."""
    x, y = torch.zeros(3, 2), torch.tensor([0, 1, 1])
    data = Dataset("three", x, y, x, y, ("0", "1"), "made")
    study = replace(ENSEMBLE, arms=ENSEMBLE.arms[:3], expected=())
    votes = {
        "member-1": [[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]],
        "member-2": [[0.4, 0.6], [0.0, 1.0], [0.1, 0.9]],
        "member-3": [[0.4, 0.6], [0.1, 0.9], [0.7, 0.3]],
    }
    members = [member(study, name, 5, rows) for name, rows in votes.items()]
    (unit,) = mean_of_members(study, members, data)
    mean = torch.tensor(list(votes.values())).mean(0)
    assert (unit.arm, unit.seed) == ("ensemble", 5)
    assert unit.final_test_accuracy == 1.0
    assert unit.extras["members"] == pytest.approx((2 / 3, 2 / 3, 1 / 3), abs=1e-4)
    assert unit.extras["first"] == pytest.approx((2 / 3, 1.0, 1.0), abs=1e-4)
    assert unit.test_loss[0] == pytest.approx(F.nll_loss(mean.log(), y).item(), rel=1e-4)
    damaged = [members[0], replace(members[1], payload="no"), replace(members[2], payload="")]
    assert mean_of_members(study, damaged, data)[0].extras["members"] == pytest.approx((2 / 3,), abs=1e-4)
    assert mean_of_members(study, damaged[1:], data) == ()


def test_members_of_an_ensemble_start_differently_and_repeat_themselves():
    seeds = [unit.config.seed for unit in ENSEMBLE.units((0, 1), "any")]
    assert len(set(seeds)) == 12
    assert {unit.seed for unit in ENSEMBLE.units((0, 1), "any")} == {0, 1}


def test_the_papers_changes_come_one_on_top_of_the_other():
    configs = [ACCELERATE.config(arm, 0).to_dict() for arm in ACCELERATE.arms]
    differing = [{k for k in one if one[k] != two[k]} for one, two in pairwise(configs)]
    assert differing == [
        {"norm"},
        {"lr"},
        {"dropout"},
        {"weight_decay"},
        {"lr_half_life"},
        {"lrn"},
        {"shuffle"},
        {"distortion"},
    ]
    first, last = configs[0], configs[-1]
    assert last["lr"] == pytest.approx(5 * first["lr"])
    assert last["weight_decay"] == pytest.approx(first["weight_decay"] / 5)
    assert last["lr_half_life"] == pytest.approx(first["lr_half_life"] / 6, rel=0.01)


def test_the_variants_have_the_papers_ratios():
    lr = {arm.name: INCEPTION_VARIANTS.config(arm, 0).lr for arm in INCEPTION_VARIANTS.arms}
    assert lr["bn-baseline"] == lr["baseline"] == lr["plain-sigmoid"]
    assert lr["bn-x5"] / lr["baseline"] == pytest.approx(0.0075 / 0.0015)
    assert lr["bn-x30"] / lr["baseline"] == pytest.approx(0.045 / 0.0015)
    assert lr["plain-x5"] == lr["bn-x5"] == lr["bn-x5-sigmoid"]
