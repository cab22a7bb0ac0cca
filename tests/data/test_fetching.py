"""Fetching from a server of our own, which breaks off, lies or ignores Range when told to."""

import gzip
import hashlib
import http.server
import io
import tarfile
import threading
from dataclasses import replace

import pytest

from bnviz.config import InputError
from bnviz.data import FetchCancelled, FetchError, data_dir, data_status, fetch, load_dataset
from bnviz.data.public import PUBLIC, RemoteFile


class Server(http.server.ThreadingHTTPServer):
    """Serves ``files``; hangs up after ``limit`` bytes of an answer; ``ranges``: whether it resumes."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.limit, self.ranges, self.log = {}, None, True, []

    def handle_error(self, request, client_address):
        pass  # a client that hung up is what we test


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = self.headers.get("Range")
        self.server.log.append((self.path, asked))
        data = self.server.files.get(self.path)
        if data is None:
            return self.send_error(404)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and self.server.ranges else 0
        if start >= len(data) > 0:
            return self.send_error(416)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        stop = len(data) if self.server.limit is None else start + self.server.limit
        self.wfile.write(data[start:stop])
        return None

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="test-server")
        thread.start()
        yield server
        server.shutdown()
        thread.join(10)


def tar_of(names):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name in names:
            body = name.encode() * 50
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return buffer.getvalue()


def remote(filename, data):
    return RemoteFile(filename, hashlib.md5(data, usedforsecurity=False).hexdigest(), len(data))


def address(server, folder):
    return f"http://127.0.0.1:{server.server_port}/{folder}/"


@pytest.fixture
def digits(server, monkeypatch):
    """Make "mnist-full" four small files on our server; return their contents by name."""
    spec = PUBLIC["mnist-full"]
    contents = {file: bytes([i]) * 30_000 + file.encode() for i, file in enumerate(spec.files)}
    # Stored, not squeezed, so that breaking off after so many bytes means something.
    packed = {f"{file}.gz": gzip.compress(data, 0, mtime=0) for file, data in contents.items()}
    server.files = {f"/a/{name}": data for name, data in packed.items()}
    files = tuple(remote(name, data) for name, data in packed.items())
    monkeypatch.setitem(PUBLIC, "mnist-full", replace(spec, mirrors=(address(server, "a"),), remote=files))
    return contents


def placed():
    folder = data_dir() / "MNIST" / "raw"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_fetching_reports_progress_and_puts_every_file_in_place(server, digits):
    seen = []
    assert data_status("mnist-full").state == "not fetched"
    fetch("mnist-full", lambda done, total: seen.append((done, total)))
    assert placed() == digits
    total = PUBLIC["mnist-full"].download_bytes
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(seen) >= 4
    assert data_status("mnist-full").state == "here"
    assert data_status("mnist-full").megabytes == pytest.approx(sum(map(len, digits.values())) / 1e6)
    assert not (data_dir() / ".fetch" / "mnist-full").exists()
    server.log.clear()
    fetch("mnist-full")
    assert server.log == []


def test_a_connection_that_breaks_is_taken_up_again(server, digits):
    server.limit = 20_000
    fetch("mnist-full")
    assert placed() == digits
    assert ("/a/train-images-idx3-ubyte.gz", "bytes=20000-") in server.log


def test_what_arrived_is_kept_when_the_server_goes_away(server, digits):
    first, *others = list(server.files)
    kept = {name: server.files.pop(name) for name in others}
    with pytest.raises(FetchError, match=r"train-labels.*127.0.0.1.*Not Found.*0.0 of 0.0 MB"):
        fetch("mnist-full")
    assert placed() == {}
    assert data_status("mnist-full").state == "not fetched"
    server.files |= kept
    server.log.clear()
    fetch("mnist-full")
    assert placed() == digits
    assert first not in [path for path, _ in server.log]


def test_cancelling_keeps_the_part_and_the_next_fetch_resumes(server, digits, monkeypatch):
    monkeypatch.setattr("bnviz.data.download._BLOCK", 1000)
    cancel = threading.Event()
    with pytest.raises(FetchCancelled, match="are kept"):
        fetch("mnist-full", lambda done, total: cancel.set() if done >= 5000 else None, cancel)
    assert placed() == {}
    part = data_dir() / ".fetch" / "mnist-full" / "train-images-idx3-ubyte.gz.part"
    assert part.stat().st_size == 5000
    fetch("mnist-full")
    assert ("/a/train-images-idx3-ubyte.gz", "bytes=5000-") in server.log
    assert placed() == digits


def test_a_server_without_range_starts_again(server, digits):
    part = data_dir() / ".fetch" / "mnist-full" / "train-images-idx3-ubyte.gz.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 4000)
    server.ranges = False
    fetch("mnist-full")
    assert placed() == digits


@pytest.mark.parametrize("length", [4000, 30_100, 10**6])
def test_a_part_of_something_else_does_no_lasting_harm(server, digits, length):
    part = data_dir() / ".fetch" / "mnist-full" / "train-images-idx3-ubyte.gz.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * length)
    try:
        fetch("mnist-full")
    except FetchError as error:
        assert "checksum" in str(error)  # noqa: PT017 - either way is right, an undamaged end counts
        assert not part.exists()
        fetch("mnist-full")
    assert placed() == digits


def test_a_file_of_a_wrong_checksum_is_reported_and_removed(server, digits):
    name = "/a/t10k-labels-idx1-ubyte.gz"
    right = server.files[name]
    server.files[name] = right[:-9] + b"?" + right[-8:]
    with pytest.raises(FetchError, match=r"t10k-labels-idx1-ubyte.gz: found checksum [0-9a-f]{32}, expected"):
        fetch("mnist-full")
    assert placed() == {}
    left = {path.name for path in (data_dir() / ".fetch" / "mnist-full").iterdir()}
    assert left == {path.rpartition("/")[2] for path in server.files if path != name}
    server.files[name] = right
    fetch("mnist-full")
    assert placed() == digits


def test_more_than_announced_is_never_written(server, digits):
    server.files["/a/train-images-idx3-ubyte.gz"] += b"x" * 10**6
    with pytest.raises(FetchError):
        fetch("mnist-full")
    written = sum(path.stat().st_size for path in (data_dir() / ".fetch" / "mnist-full").iterdir())
    assert written < 40_000


def test_the_second_address_is_tried(server, digits, monkeypatch):
    spec = PUBLIC["mnist-full"]
    both = (address(server, "gone"), *spec.mirrors)
    monkeypatch.setitem(PUBLIC, "mnist-full", replace(spec, mirrors=both))
    fetch("mnist-full")
    assert placed() == digits


def test_no_network_is_one_clear_sentence(server, digits, monkeypatch):
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as closed:
        port = closed.server_port
    spec = replace(PUBLIC["mnist-full"], mirrors=(f"http://127.0.0.1:{port}/",))
    monkeypatch.setitem(PUBLIC, "mnist-full", spec)
    with pytest.raises(FetchError, match=rf"no way to fetch it from 127.0.0.1:{port} \(.*refused.*\)"):
        fetch("mnist-full")


def test_a_full_disk_is_reported_before_anything_is_fetched(server, digits, monkeypatch):
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with pytest.raises(FetchError, match="MB free in the data folder"):
        fetch("mnist-full")
    assert server.log == []


def test_a_set_is_fetched_once_at_a_time(server, digits):
    refusals = []

    def meanwhile(done, total):
        if not refusals:
            with pytest.raises(FetchError, match="being fetched already") as caught:
                fetch("mnist-full")
            refusals.append(caught.value)

    fetch("mnist-full", meanwhile)
    assert len(refusals) == 1
    assert placed() == digits


def test_of_an_archive_only_the_wanted_files_are_taken(server, monkeypatch):
    spec = PUBLIC["cifar10"]
    wanted = [f"{spec.folder}/{file}" for file in spec.files]
    data = tar_of([*wanted, "../evil", f"{spec.folder}/../../evil", "/evil", f"{spec.folder}/readme.html"])
    server.files["/c/x.tar.gz"] = data
    small = replace(spec, mirrors=(address(server, "c"),), remote=(remote("x.tar.gz", data),))
    monkeypatch.setitem(PUBLIC, "cifar10", small)
    (data_dir() / spec.folder).mkdir(parents=True)
    (data_dir() / spec.folder / "half").write_bytes(b"left by somebody")
    fetch("cifar10")
    found = {str(path.relative_to(data_dir())) for path in data_dir().rglob("*") if path.is_file()}
    assert found == set(wanted)
    assert (data_dir() / wanted[0]).read_bytes() == wanted[0].encode() * 50


def test_an_archive_without_the_wanted_files_is_refused(server, monkeypatch):
    spec, data = PUBLIC["cifar10"], tar_of(["cifar-10-batches-py/batches.meta"])
    server.files["/c/x.tar.gz"] = data
    small = replace(spec, mirrors=(address(server, "c"),), remote=(remote("x.tar.gz", data),))
    monkeypatch.setitem(PUBLIC, "cifar10", small)
    with pytest.raises(FetchError, match="holds no data_batch_1"):
        fetch("cifar10")
    assert not (data_dir() / spec.folder).exists()


def test_what_is_not_fetched_says_how_to_fetch_it():
    for name in PUBLIC:
        with pytest.raises(InputError, match=rf"{name} is not in the data folder .*python -m bnviz data fetch {name}"):
            load_dataset(name)
    with pytest.raises(InputError, match="'mnist' is nothing to fetch; known are cifar10, cifar100, mnist-full"):
        fetch("mnist")
