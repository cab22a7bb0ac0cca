"""Surfaces on several cores: the numbers of one thread, and no core that a training needs."""

import threading

import numpy as np
import pytest
import torch

from bnviz.config import ACTIVATIONS, RunConfig
from bnviz.landscape import current_weights, evaluate_plane, on_cores, random_plane
from bnviz.landscape.on_cores import compute_chunks
from bnviz.nets import build_net
from bnviz.training.permits import CorePermits
from bnviz.training.threads import one_thread

WAIT = 30.0
AXIS = np.linspace(-1, 1, 9, dtype=np.float32)


@pytest.fixture(autouse=True)
def one_thread_per_kernel():
    """Without it, torch's own threads are on the cores, and no helper starts."""
    with one_thread():
        yield


class Together:
    """Makes chunks that end only when several threads compute one at the same time."""

    def __init__(self, n_threads):
        self.done, self.threads = [], set()
        self._barrier = threading.Barrier(n_threads)

    def worker(self):
        def compute(number):
            if threading.current_thread() not in self.threads:
                self.threads.add(threading.current_thread())
                self._barrier.wait(WAIT)
            self.done.append(number)

        return compute


def net_and_data(samples=40, **fields):
    config = RunConfig(**{"depth": 3, "width": 7, **fields})
    large = fields.get("net", "mlp") != "mlp"
    net = build_net(config, (3, 32, 32) if large else 11, 4, torch.Generator().manual_seed(3))
    x = torch.rand(samples, 3 * 32 * 32 if large else 11, generator=torch.Generator().manual_seed(4))
    return net, x, torch.arange(samples) % 4


def test_every_core_takes_part_and_every_chunk_is_computed_once():
    together = Together(3)
    compute_chunks(50, together.worker, CorePermits(3))
    assert sorted(together.done) == list(range(50))
    assert len(together.threads) == 3
    assert not any(thread.is_alive() for thread in together.threads - {threading.main_thread()})


@pytest.mark.parametrize("bn_stats", ["batch", "running"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_mlp_has_the_bits_of_one_thread(activation, bn_stats, monkeypatch):
    monkeypatch.setattr("bnviz.landscape.stacked.CHUNK_BYTES", 2 * 4 * 11 * 40)
    net, x, y = net_and_data(activation=activation)
    _same_on_three_cores(monkeypatch, net, x, y, bn_stats)


@pytest.mark.parametrize("bn_stats", ["batch", "running"])
def test_a_net_of_convolutions_has_the_bits_of_one_thread(bn_stats, monkeypatch):
    net, x, y = net_and_data(4, net="resnet20", width=2)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    _same_on_three_cores(monkeypatch, net, x, y, bn_stats)
    assert all(module.training for module in net.modules())
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())


def _same_on_three_cores(monkeypatch, net, x, y, bn_stats):
    plane = random_plane(current_weights(net), 0)
    alone = evaluate_plane(net, x, y, plane, AXIS, AXIS, bn_stats)
    permits, started = CorePermits(3), threading.Barrier(3)
    inner, seen = on_cores._Queue.next, set()

    def next_number(queue):
        if threading.current_thread() not in seen:
            seen.add(threading.current_thread())
            started.wait(WAIT)  # all three have begun
        return inner(queue)

    monkeypatch.setattr(on_cores._Queue, "next", next_number)
    shared = evaluate_plane(net, x, y, plane, AXIS, AXIS, bn_stats, permits=permits)
    assert len(seen) == 3
    assert alone.tobytes() == shared.tobytes()
    assert permits.n_free == 3


def test_noise_comes_in_the_order_of_the_points():
    surfaces = []
    for permits in (None, CorePermits(3)):
        net, x, y = net_and_data(norm="noisy")
        plane = random_plane(current_weights(net), 0)
        surfaces.append(evaluate_plane(net, x, y, plane, AXIS, AXIS, permits=permits).tobytes())
    assert surfaces[0] == surfaces[1]


def test_without_a_spare_permit_the_calling_thread_computes_alone():
    permits, computed, never = CorePermits(2), set(), threading.Event()

    def compute(number):
        computed.add((number, threading.current_thread()))

    with permits.time_slice(never), permits.spare() as other:
        assert other
        compute_chunks(20, lambda: compute, permits)
    assert computed == {(number, threading.current_thread()) for number in range(20)}


def test_a_helper_gives_its_core_back_to_a_training_that_asks():
    permits, never, busy = CorePermits(2), threading.Event(), threading.Event()
    trains, done = threading.Event(), threading.Event()
    chunks_of_helpers = []

    def train(number):
        with permits.time_slice(never):
            if number == 1:
                trains.set()
            done.wait(WAIT)

    def compute(number):
        if threading.current_thread() is threading.main_thread():
            assert trains.wait(WAIT)  # both trainings compute, though there are chunks left
            done.set()
        else:
            chunks_of_helpers.append(number)
            if not busy.is_set():
                busy.set()
                for training in trainings:
                    training.start()
                while not permits.contended:
                    threading.Event().wait(0.001)

    trainings = [threading.Thread(target=train, args=(number,)) for number in range(2)]
    compute_chunks(2000, lambda: compute, permits)
    for training in trainings:
        training.join(WAIT)
    assert busy.is_set()
    assert permits.n_free == 2


def test_torchs_own_threads_count_as_cores():
    torch.set_num_threads(3)
    computed = set()
    compute_chunks(20, lambda: lambda number: computed.add(threading.current_thread()), CorePermits(4))
    assert computed == {threading.main_thread()}


def test_an_error_of_a_helper_is_raised_in_the_calling_thread():
    helped = threading.Event()

    def compute(number):
        if threading.current_thread() is not threading.main_thread():
            helped.set()
            raise ArithmeticError
        assert helped.wait(WAIT)

    with pytest.raises(ArithmeticError):
        compute_chunks(10**6, lambda: compute, CorePermits(2))


def test_giving_up_ends_the_helpers():
    together = Together(2)

    def give_up():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        compute_chunks(10**6, together.worker, CorePermits(2), give_up)
    assert len(together.done) < 10**6
    assert not any(thread.is_alive() for thread in together.threads - {threading.main_thread()})
