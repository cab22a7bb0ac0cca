"""Sweeps and studies on a Ray cluster: the same numbers as here, also when workers are killed meanwhile."""

import importlib.util
import json
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bnviz.cli.main import main
from bnviz.cluster import connected, run_sweep_on
from bnviz.cluster.connection import check_reachable, parse_address
from bnviz.cluster.tasks import train_chunk
from bnviz.config import InputError, RunConfig
from bnviz.data import load_dataset
from bnviz.studies import load_study
from bnviz.sweeps import Axis, Sweep, load_sweep, progress_file, run_sweep
from bnviz.sweeps.engine import plan_chunks

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None or not Path("/proc").is_dir(),
    reason="needs Ray (requirements-ray.txt) and Linux",
)
SMALL = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "node_ip_address": "127.0.0.2"}
BASE = RunConfig(dataset="moons", width=6, activation="tanh", batch_size=16)
# Four shapes of net, and so four chunks.
SWEEP = Sweep(BASE, Axis("lr", (0.01, 0.1)), Axis("depth", (2, 3)), seeds=2, steps=400)
WORDS = ["sweep", "--x", "lr=0.01,0.1", "--y", "depth=2,3", "--seeds", "2", "--steps", "100", "--json", "--set"]
WORDS += ["dataset=moons", "width=6", "activation=tanh", "batch_size=16"]


@pytest.fixture(scope="module")
def moons():
    return load_dataset("moons")


@pytest.fixture(scope="module")
def nodes():
    """A head with one processor, on a loopback address that Ray does not take for another one."""
    # At its own niceness Ray's workers get next to nothing of a machine that is busy.
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_worker_niceness="0")
    from ray.cluster_utils import Cluster as Nodes

    nodes = started(lambda: Nodes(initialize_head=True, head_node_args={**SMALL, "include_dashboard": False}))
    yield nodes
    nodes.shutdown()


def started(start):
    """Start Ray; where a busy machine takes longer than the 30 seconds that Ray fixes for that, again."""
    tries = 3
    while True:
        tries -= 1
        try:
            return start()
        except Exception as error:
            if tries == 0 or "timed out during startup" not in str(error):
                raise


def by_key(cells):
    return {cell.key: cell for cell in cells}


def at_work(task):
    """Processes of workers that are computing a task; Ray writes its name into their titles."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(b"ray::" + task.encode()):
                found.append(int(path.parent.name))
        except OSError:
            continue  # it has just ended
    return found


def kill_one_at(task):
    """Kill a worker in the middle of a task, as a machine out of memory does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for process in at_work(task):
            os.kill(process, signal.SIGSTOP)
            busy = process in at_work(task)  # it was not just about to end
            os.kill(process, signal.SIGKILL if busy else signal.SIGCONT)
            if busy:
                return
        time.sleep(0.02)
    raise AssertionError(f"no worker was at {task}")


@needs_ray
def test_a_killed_worker_and_a_lost_node_leave_the_result_the_same(nodes, moons):
    here = by_key(cell for cells in run_sweep(SWEEP, moons) for cell in cells)
    second, lost, found, chunks, told = nodes.add_node(**SMALL), [], [], 0, []
    with connected(nodes.address) as cluster:
        assert cluster.cpus() == 2
        news = run_sweep_on(cluster, SWEEP, moons, on_progress=lambda *n: told.append(n), on_lost=lost.append)
        for cells in news:
            found.extend(cells)
            chunks += 1
            if chunks == 1:
                kill_one_at("train_chunk")
            if chunks == 2:
                nodes.remove_node(second, allow_graceful=False)
        deadline = time.monotonic() + 60
        while cluster.cpus() > 1:  # that the node is gone is noticed a moment later
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert chunks == 4
    assert "WorkerCrashedError" in lost
    assert by_key(found) == here  # to the last bit
    assert len(found) == SWEEP.size
    assert told[-1] == (SWEEP.size * 400, SWEEP.size * 400)


@needs_ray
def test_units_of_a_study_are_the_same_and_kept_as_they_finish(nodes, capsys, tmp_path):
    small = ["figure1", "--steps", "20", "--seeds", "1", "--set", "width=8", "batch_size=16"]
    found = []
    for name, engine in (("here", []), ("there", ["--engine", "ray", "--address", nodes.address])):
        out, kept = tmp_path / f"{name}.json", tmp_path / name
        assert main(["experiment", "run", *small, "--work", str(kept), "--out", str(out), *engine]) == 0
        assert len((kept / "figure1.jsonl").read_text().splitlines()) == 2
        found.append(load_study(out))
    timed = {"seconds": 0.0, "step_ms": None}
    here, there = ([replace(unit, **timed) for unit in result.units] for result in found)
    assert here == there
    assert found[1].provenance["engine"] == "ray"
    assert "unit 2 of 2" in capsys.readouterr().err


@needs_ray
def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(nodes, capsys, tmp_path, monkeypatch):
    kept, out = tmp_path / "work.jsonl", [tmp_path / "here.json", tmp_path / "there.json"]
    # Long enough a chunk that the interruption comes before the next one is done, on a free machine too.
    words = [{"100": "1500", "2": "1"}.get(word, word) for word in WORDS]  # of one seed: half of all cells
    there = [*words, "--engine", "ray", "--address", nodes.address, "--work", str(kept), "--out", str(out[1])]
    real = progress_file.append_cells

    def interrupted(path, cells):
        real(path, cells)
        os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr(progress_file, "append_cells", interrupted)
        assert main(there) == 1
    assert capsys.readouterr().out == ""
    assert 0 < len(kept.read_text().splitlines()) < 8

    def noisy(path, cells):
        print("Ray speaks")
        real(path, cells)

    with monkeypatch.context() as patched:
        patched.setattr(progress_file, "append_cells", noisy)
        assert main(there) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["cells"], row["provenance"]["engine"], row["provenance"]["workers"]) == (8, "ray", 1)
    assert main([*words, "--out", str(out[0])]) == 0
    assert load_sweep(out[0]).cells == load_sweep(out[1]).cells


def refused(capsys, *arguments):
    assert main([*WORDS, *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    return err


def test_without_ray_one_line_says_how_to_get_it(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "pip install -r requirements-ray.txt" in refused(capsys, "--engine", "ray")
    assert main(["experiment", "run", "figure1", "--engine", "ray"]) == 2
    assert "pip install -r requirements-ray.txt" in capsys.readouterr().err


@needs_ray
def test_no_cluster_at_the_address_is_one_line_and_soon(capsys):
    begun = time.monotonic()
    text = refused(capsys, "--engine", "ray", "--address", "127.0.0.2:1")
    assert "no Ray cluster answers at 127.0.0.2:1; start one with ray start --head" in text
    assert time.monotonic() - begun < 30


def test_wrong_options_are_one_line(capsys):
    assert "--address belongs to --engine ray" in refused(capsys, "--address", "127.0.0.1:6379")
    assert main(["experiment", "run", "figure1", "--engine", "ray", "--workers", "2"]) == 2
    assert "--workers belongs to --engine local" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["auto", "ray://head:10001", "head", ":6379", "head:0", "head:70000", "head:x"])
def test_an_address_is_host_and_port(address):
    with pytest.raises(InputError, match="--address is HOST:PORT"):
        parse_address(address)
    assert parse_address("head:6379") == ("head", 6379)
    assert parse_address("[::1]:6379") == ("::1", 6379)


@pytest.mark.parametrize(
    ("answer", "sentence"), [(b"HTTP/1.1 400 Bad Request\r\n\r\n", "is no Ray cluster"), (None, "no Ray cluster")]
)
def test_a_stranger_at_the_address_is_told_from_a_cluster(answer, sentence, monkeypatch):
    monkeypatch.setattr("bnviz.cluster.connection.CONNECT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            channel, _ = server.accept()
            with channel:
                channel.recv(64)
                if answer is None:
                    channel.recv(64)  # says nothing until the other has enough
                else:
                    channel.sendall(answer)

        stranger = threading.Thread(target=serve)
        stranger.start()
        with pytest.raises(InputError, match=sentence):
            check_reachable("127.0.0.1", server.getsockname()[1], "there")
        stranger.join(10)


def test_a_node_with_other_code_is_refused(moons):
    cells, keys = plan_chunks(SWEEP, moons)[0]
    with pytest.raises(InputError, match=r"a node of the cluster has torch .*results could differ"):
        train_chunk("torch 0.1", moons, cells, keys, 1)
