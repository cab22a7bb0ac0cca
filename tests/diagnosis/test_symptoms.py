"""Cases of public threads, each as a user meets it: a few lines that break a net, and what diagnose answers."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from bnviz import diagnose
from bnviz.diagnosis.diagnosis import Diagnosis
from bnviz.diagnosis.digit_nets import DigitNet, built, digits, held_out, train, trained

LOADER = held_out()
IMAGES = digits()[0]


def serious(found: Diagnosis) -> list[str]:
    return [each.code for each in found.serious]


def gain(found: Diagnosis) -> float:
    effect = found.findings[0].effect
    assert effect is not None
    return effect.gain


def forward_in_training_mode(net: nn.Module, x: torch.Tensor, times: int = 30) -> nn.Module:
    net.train()
    with torch.no_grad():
        for start in range(times):
            net(x[64 * start : 64 * start + 64])
    return net.eval()


def test_evaluation_gives_chance_after_one_overflowing_batch() -> None:
    net = trained().train()
    with torch.no_grad():
        net(torch.full((8, 1, 14, 14), 3e38))
    found = diagnose(net.eval(), LOADER)
    assert set(serious(found)) == {"not-finite"}
    assert found.findings[0].layer == "block1.bn"
    assert gain(found) > 0.5


def test_the_averaged_teacher_is_at_chance_while_its_student_is_fine() -> None:
    student = trained()
    teacher = built(DigitNet, 0)
    for own, other in zip(teacher.parameters(), student.parameters(), strict=True):
        own.data.copy_(other)
    alone = diagnose(teacher.eval(), LOADER)
    beside = diagnose(teacher, LOADER, reference=student)
    assert serious(alone) == ["never-updated"]
    assert serious(beside) == ["missing-buffers"]
    assert gain(alone) > 0.5
    assert gain(beside) > 0.5


def test_a_target_network_follows_only_the_parameters() -> None:
    online = built(DigitNet, 0)
    train(online, 0, steps=5)
    target = copy.deepcopy(online)
    train(online, 1, steps=150)
    for own, other in zip(target.parameters(), online.parameters(), strict=True):
        own.data.lerp_(other, 0.98)
    found = diagnose(target.eval(), LOADER, reference=online.eval())
    assert serious(found) == ["missing-buffers"]
    assert gain(found) > 0.1


def test_the_second_domain_was_forwarded_last() -> None:
    net = forward_in_training_mode(trained(), 1.5 - 0.4 * IMAGES)
    found = diagnose(net, LOADER)
    assert serious(found) == ["other-data"]
    assert gain(found) > 0.2


def test_two_domains_take_turns_and_share_one_average() -> None:
    net = built(DigitNet, 0)
    turn = iter(range(1000))

    def domain(x: torch.Tensor) -> torch.Tensor:
        return 1.5 - 0.4 * x if next(turn) % 2 else x

    train(net, 0, change=domain)
    loader = [(1.5 - 0.4 * x if at % 2 else x, y) for at, (x, y) in enumerate(LOADER)]
    found = diagnose(net.eval(), loader)
    assert serious(found) == ["called-apart"]
    assert found.findings[0].layer == ""
    assert gain(found) > 0.1


def test_one_huge_batch_leaves_finite_but_useless_statistics_beside_the_nan() -> None:
    net = trained().train()
    with torch.no_grad():
        net(torch.full((8, 1, 14, 14), 1e18))
    net.block1.bn.running_var[3] = torch.nan
    found = diagnose(net.eval(), LOADER)
    assert set(serious(found)) == {"not-finite"}
    assert found.findings[0].effect.cure == "reestimated"
    assert gain(found) > 0.5


def test_two_layers_in_another_order_are_mended_together() -> None:
    net = trained()
    for block, step in ((net.block1, 3), (net.block3, 5)):
        for values in (block.bn.running_mean, block.bn.running_var):
            values.copy_(values.roll(step))
    found = diagnose(net, LOADER)
    assert [each.code for each in found.serious] == ["wrong-channels"] * 2
    assert {each.layer for each in found.serious} == {"block1.bn", "block3.bn"}
    assert found.findings[0].effect.after > 0.9


def test_attacks_were_made_in_training_mode() -> None:
    noise = torch.randn(IMAGES.shape, generator=torch.Generator().manual_seed(0))
    net = forward_in_training_mode(trained(), IMAGES + 2 * noise.sign())
    found = diagnose(net, LOADER)
    assert set(serious(found)) <= {"stale-statistics", "other-data"}
    assert gain(found) > 0.2


def test_evaluation_sees_images_without_their_preprocessing() -> None:
    raw = [(x * 0.27 + 0.13, y) for x, y in LOADER]
    found = diagnose(trained(), raw)
    assert serious(found) == ["other-data"]
    evidence = found.findings[0].evidence
    assert evidence["scale"] == pytest.approx(0.27, rel=0.15)
    assert gain(found) > 0.2


def test_training_batches_were_padded_with_zeros() -> None:
    class Sequences(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(14, 24, 3, padding=1)
            self.bn = nn.BatchNorm1d(24)
            self.head = nn.Linear(24 * 14, 10)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(torch.relu(self.bn(self.conv(x.squeeze(1))))[..., :14].flatten(1))

    net = built(Sequences, 0)
    train(net, 0, change=lambda x: nn.functional.pad(x, (0, 70)))
    found = diagnose(net.eval(), LOADER)
    stale = next(each for each in found.findings if each.code == "stale-statistics")
    assert stale.severity == "note"  # the rectifier and the head of this net forgive a common scale
    assert stale.evidence["ratio"] > 4


def test_frozen_layers_stayed_at_zero_and_one() -> None:
    from bnviz.data._torchvision import torchvision_datasets

    torchvision_datasets()
    from torchvision.ops import FrozenBatchNorm2d

    net = trained()
    for block in (net.block1, net.block2, net.block3):
        frozen = FrozenBatchNorm2d(block.conv.out_channels)
        frozen.load_state_dict({**frozen.state_dict(), "weight": block.bn.weight, "bias": block.bn.bias})
        block.bn = frozen
    found = diagnose(net.eval(), LOADER)
    assert serious(found) == ["never-updated"]
    assert gain(found) > 0.2


def test_a_frozen_layer_with_epsilon_zero_divides_by_zero() -> None:
    net = trained()
    net.block1.bn.eps = 0.0
    net.block1.bn.running_var[2] = 0.0
    found = diagnose(net, LOADER)
    assert "epsilon-mismatch" in {each.code for each in found.findings}
    assert "constant-channel" in {each.code for each in found.findings}


def test_a_long_average_lags_behind_weights_that_move() -> None:
    net = built(lambda: DigitNet(lambda width: nn.BatchNorm2d(width, momentum=0.01)), 0)
    train(net, 0, steps=150)
    found = diagnose(net.eval(), LOADER)
    assert serious(found) == ["stale-statistics"]
    assert found.findings[0].evidence["reason"] == "few-updates"
    assert gain(found) > 0.02


def test_the_last_batch_holds_one_sample() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(196, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 10))
    loader = [LOADER[0], (LOADER[1][0][:1], LOADER[1][1][:1])]
    found = diagnose(net.train(), loader)
    assert [each.code for each in found.serious] == ["few-values"]
    assert found.findings[0].layer == "2"
    assert found.findings[0].evidence["smallest"] == 1
    assert "training mode" in {each.what for each in found.not_checked}
    assert diagnose(net.eval(), loader).serious == ()  # an evaluation loader may end so


def test_a_compiled_model_and_a_parallel_one_are_looked_into() -> None:
    net = trained()
    net.block2.bn.running_mean[3] = torch.nan
    for wrapped in (nn.DataParallel(net), torch.compile(net, backend="eager")):
        found = diagnose(wrapped, LOADER)
        assert [each.layer for each in found.serious] == ["block2.bn"]


def test_a_dict_of_the_transformers_kind_is_scored_by_its_loss() -> None:
    class Output(dict):
        loss: torch.Tensor
        logits: torch.Tensor

    class Classifier(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = trained()

        def forward(self, pixel_values: torch.Tensor, labels: torch.Tensor | None = None) -> Output:
            output = Output()
            output.logits = self.net(pixel_values)[:, None].expand(-1, 2, -1)
            output.loss = nn.functional.cross_entropy(output.logits[:, 0], labels)
            return output

    model = Classifier().eval()
    model.net.block3.bn.reset_running_stats()
    found = diagnose(model, [{"pixel_values": x, "labels": y, "idx": y} for x, y in LOADER])
    assert (found.metric, found.higher_is_better) == ("loss", False)
    assert serious(found) == ["never-updated"]
    assert gain(found) > 0


def test_without_labels_the_modes_are_compared() -> None:
    net = trained()
    net.block3.bn.reset_running_stats()
    found = diagnose(net, [x for x, _ in LOADER])
    assert found.metric == "distance"
    assert serious(found) == ["never-updated"]
    assert gain(found) > 0.1
    assert diagnose(trained(), [x for x, _ in LOADER]).serious == ()


def test_a_metric_of_ones_own_where_lower_is_better() -> None:
    def error(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return (output.argmax(1) != target).float().mean()

    error.higher_is_better = False
    net = trained()
    net.block3.bn.reset_running_stats()
    found = diagnose(net, LOADER, metric=error)
    assert (found.metric, found.higher_is_better) == ("error", False)
    assert found.evaluation > found.reestimated
    assert gain(found) > 0.1


def test_a_model_that_always_raises_ends_in_what_was_not_checked() -> None:
    class Broken(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bn = nn.BatchNorm2d(1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            raise RuntimeError("CUDA error: out of patience")

    found = diagnose(Broken(), LOADER)
    assert {"evaluation mode", "training mode"} <= {each.what for each in found.not_checked}
    assert "out of patience" in str(found)
    assert found.serious == ()
