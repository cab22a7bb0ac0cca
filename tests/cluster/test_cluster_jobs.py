"""Handing out work: what is lost, what fails, when to give up; with a stand-in for Ray."""

import threading
from types import SimpleNamespace

import pytest

from bnviz.cluster import Cluster, ClusterError
from bnviz.cluster.jobs import MAX_TRIES, run_jobs
from bnviz.config import InputError


class RayError(Exception):
    pass


class RayTaskError(RayError):
    def __init__(self, cause):
        self.cause = cause


class FakeRay:
    """As much of Ray as ``run_jobs`` uses: tasks run at once; ``fails`` says what a job's n-th try raises."""

    exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def __init__(self, fails, cpus=2):
        self.fails, self.cpus, self.tries, self.canceled = fails, cpus, {}, []

    def remote(self, **options):
        assert options == {"num_cpus": 1, "max_retries": 0}
        return lambda task: SimpleNamespace(remote=lambda made, data, *job: (task, data, job, object()))

    def put(self, value):
        return value

    def wait(self, references, timeout):
        return (references[:1], references[1:]) if self.cpus else ([], references)

    def get(self, reference):
        task, data, job, _ = reference
        self.tries[job] = self.tries.get(job, 0) + 1
        if (error := self.fails(job, self.tries[job])) is not None:
            raise error
        return task(data, *job)

    def cancel(self, reference):
        self.canceled.append(reference[2])

    def cluster_resources(self):
        return {"CPU": float(self.cpus)}


def computed(fails, stop=None, cpus=2, lost=lambda reason: None):
    ray = FakeRay(fails, cpus)
    jobs = [(n,) for n in range(6)]
    found = run_jobs(
        Cluster(ray, "head:1", "made"),
        lambda data, n: data[n],
        tuple("abcdef"),
        jobs,
        stop or threading.Event(),
        on_lost=lost,
    )
    return ray, found


def test_what_was_lost_is_computed_again():
    lost = []
    ray, found = computed(lambda job, n: RayError() if job[0] % 2 and n < 3 else None, lost=lost.append)
    assert dict(found) == dict(enumerate("abcdef"))
    assert ray.tries == {(n,): 3 if n % 2 else 1 for n in range(6)}
    assert lost == ["RayError"] * 6


def test_but_not_for_ever():
    ray, found = computed(lambda job, n: RayError())
    with pytest.raises(ClusterError, match=f"lost {MAX_TRIES} times"):
        list(found)
    assert max(ray.tries.values()) == MAX_TRIES
    assert len(ray.canceled) == 2


def test_an_error_of_the_task_itself_is_not_tried_again():
    ray, found = computed(lambda job, n: RayTaskError(InputError("no such net")))
    with pytest.raises(InputError, match=r"^no such net$"):
        next(found)
    assert ray.tries == {(0,): 1}
    with pytest.raises(RuntimeError, match="ZeroDivisionError: by nothing"):
        next(computed(lambda job, n: RayTaskError(ZeroDivisionError("by nothing")))[1])


def test_stop_cancels_what_is_running():
    stop = threading.Event()
    ray, found = computed(lambda job, n: None, stop)
    assert next(found) == (0, "a")
    stop.set()
    assert list(found) == []
    assert ray.canceled == [(1,), (2,)]


def test_a_cluster_without_nodes_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr("bnviz.cluster.jobs.NO_NODE_S", 0.0)
    with pytest.raises(ClusterError, match="has had no node"):
        list(computed(lambda job, n: None, cpus=0)[1])
