"""An upload belongs to its visitor: who sees it, who can train on it, whose makes room, and for how long it stays."""

from __future__ import annotations

import io
import os
import time
from dataclasses import replace

import numpy as np
import pytest

from bnviz.config import Experiment, InputError, RunConfig, limits
from bnviz.config.limits import Limits
from bnviz.config.visitor import Visitor
from bnviz.data import data_status, load_dataset, remove_upload, save_upload, upload_room, user_dir, user_files
from bnviz.data.paths import visitor_dir, visitors_dir

ONE, TWO = "secret-of-one", "secret-of-two"


def data_set(number: float = 0.0, samples: int = 8) -> bytes:
    buffer = io.BytesIO()
    x = np.full((samples, 2), number, np.float32) + np.arange(2, dtype=np.float32)
    np.savez(buffer, x_train=x, y_train=np.array([0, 1] * (samples // 2)))
    return buffer.getvalue()


@pytest.fixture
def allowed(monkeypatch):
    def change(**settings):
        monkeypatch.setattr(upload_room, "limits", lambda: replace(Limits(), **settings))

    return change


def test_only_its_visitor_lists_and_opens_an_upload() -> None:
    name = save_upload("mine.npz", data_set(), ONE)
    assert user_files(ONE) == (name,)
    assert user_files(TWO) == user_files() == ()
    assert load_dataset(name, owner=ONE).n_classes == 2
    assert data_status(name, ONE).state == "yours"
    for owner in (TWO, ""):
        with pytest.raises(InputError, match="expected one that this browser has uploaded"):
            load_dataset(name, owner=owner)
        with pytest.raises(InputError, match="expected one that this browser"):
            data_status(name, owner)


def test_no_name_leads_into_the_folder_of_another_visitor() -> None:
    text = save_upload("mine.npz", data_set(), ONE).removeprefix("file:")
    user_dir().mkdir(parents=True)
    folder = visitor_dir(ONE)
    for path in (
        f"../visitors/{folder.name}/{text}",
        str(folder / text),
        f"{folder.name}/{text}",
        f"./{text}",
        "../visitors",
    ):
        for owner in (TWO, ""):
            with pytest.raises(InputError):
                load_dataset(f"file:{path}", owner=owner)
    assert ONE not in folder.name
    assert folder.name not in str(visitor_dir(TWO))


def test_the_same_file_of_two_visitors_has_one_name_and_two_owners() -> None:
    names = {save_upload("mine.npz", data_set(), owner) for owner in (ONE, TWO)}
    assert len(names) == 1
    (visitor_dir(ONE) / names.copy().pop().removeprefix("file:")).unlink()
    assert load_dataset(names.pop(), owner=TWO).n_classes == 2


def test_files_of_the_host_are_everyones_and_an_upload_into_the_shared_folder_too() -> None:
    user_dir().mkdir(parents=True)
    (user_dir() / "host.npz").write_bytes(data_set(1))
    shared, own = save_upload("theirs.npz", data_set(2)), save_upload("mine.npz", data_set(3), ONE)
    assert user_files(ONE) == (own, "file:host.npz", shared)
    assert user_files(TWO) == ("file:host.npz", shared)
    assert data_status(shared, ONE).state == data_status("file:host.npz", ONE).state == "shared"
    assert load_dataset(shared, owner=TWO).n_classes == 2


def test_a_browser_without_a_cookie_cannot_upload_for_itself() -> None:
    with pytest.raises(InputError, match="found no cookie of this browser"):
        save_upload("mine.npz", data_set(), "")
    assert not visitors_dir().exists()


def test_new_uploads_push_out_only_ones_own(allowed) -> None:
    allowed(uploads_per_visitor=2)
    others = save_upload("theirs.npz", data_set(), TWO)
    names = []
    for number in range(4):
        names.append(save_upload("mine.npz", data_set(number), ONE))
        os.utime(visitor_dir(ONE) / names[-1].removeprefix("file:"), (1000 + number, 1000 + number))
    assert set(user_files(ONE)) == set(names[2:])
    assert user_files(TWO) == (others,)


def test_a_visitors_megabytes_are_bounded(allowed) -> None:
    allowed(upload_mb_per_visitor=1)
    first, second = (save_upload("mine.npz", data_set(number, 40_000), ONE) for number in range(2))  # 0.64 MB each
    assert first != second
    assert user_files(ONE) == (second,)
    with pytest.raises(InputError, match="found 2 MB, expected at most 1 MB for one visitor"):
        save_upload("mine.npz", data_set(3, 100_000), ONE)
    assert user_files(ONE) == (second,)


def kept() -> int:
    return len(list(visitors_dir().glob("*/*.npz")))


def an_hour_ago(name: str, owner: str, hours: float = 1.0) -> None:
    then = time.time() - 3600 * hours
    os.utime(visitor_dir(owner) / name.removeprefix("file:"), (then, then))


def test_who_has_most_makes_room_and_not_a_newcomer(allowed) -> None:
    allowed(uploads=6)
    others = [save_upload("theirs.npz", data_set(number), TWO) for number in range(2)]
    many = [save_upload("mine.npz", data_set(number), ONE) for number in range(4)]
    an_hour_ago(others[0], TWO, hours=5.0)
    an_hour_ago(many[0], ONE, hours=2.0)
    an_hour_ago(many[1], ONE, hours=3.0)
    load_dataset(many[1], owner=ONE)  # is used again: the other one was not for longest
    third = save_upload("new.npz", data_set(), "secret-of-three")
    assert user_files("secret-of-three") == (third,)
    assert set(user_files(TWO)) == set(others)
    assert set(user_files(ONE)) == set(many[1:])
    assert kept() == 6


def test_invented_visitors_of_one_address_fill_its_share_and_no_more(allowed) -> None:
    allowed(uploads=8, uploads_per_address=4)
    honest = save_upload("theirs.npz", data_set(), TWO, "198.51.100.1")
    an_hour_ago(honest, TWO, hours=9.0)
    for number in range(12):
        save_upload("mine.npz", data_set(number), f"secret-{number}", "192.0.2.7")
        assert kept() <= 5
    assert user_files(TWO) == (honest,)
    for number in range(12):  # and with as many addresses as there are places, those with more lose them
        save_upload("mine.npz", data_set(number), f"other-{number}", f"203.0.113.{number // 3}")
    assert kept() == 8
    assert user_files(TWO) == (honest,)
    assert "192.0.2.7" not in "".join(path.read_text() for path in visitors_dir().glob("*/.network"))


def test_megabytes_of_all_are_bounded_too_and_what_is_too_large_is_refused(allowed) -> None:
    allowed(uploads_mb=1)
    save_upload("theirs.npz", data_set(1, 40_000), TWO)  # 0.64 MB each
    mine = save_upload("mine.npz", data_set(2, 40_000), ONE)
    assert (user_files(ONE), user_files(TWO)) == ((mine,), ())
    with pytest.raises(InputError, match="found 2 MB, expected at most 1 MB for one visitor"):
        save_upload("mine.npz", data_set(3, 100_000), ONE)
    assert kept() == 1


def test_a_visitor_removes_an_own_upload_and_nothing_else() -> None:
    user_dir().mkdir(parents=True)
    (user_dir() / "host.npz").write_bytes(data_set(1))
    mine, shared = save_upload("mine.npz", data_set(), ONE), save_upload("shared.npz", data_set(2))
    for name, owner in (
        *((mine, TWO), (mine, ""), (shared, ONE), ("file:host.npz", ONE), ("file:../user/host.npz", ONE)),
        *(("file:.network", ONE), ("", ONE)),
    ):
        assert not remove_upload(name, owner)
    assert set(user_files(ONE)) == {mine, shared, "file:host.npz"}
    assert remove_upload(mine, ONE)
    assert not remove_upload(mine, ONE)
    assert set(user_files(ONE)) == {shared, "file:host.npz"}


def test_uploads_of_a_visitor_who_stays_away_are_removed(allowed) -> None:
    allowed(upload_hours=2.0)
    save_upload("theirs.npz", data_set(), TWO)
    kept = save_upload("mine.npz", data_set(), ONE)
    half = visitor_dir(ONE) / ".incoming-x.npz"
    half.write_bytes(b"cut off")
    os.utime(half, (1.0, 1.0))
    for owner, hours in ((TWO, 2.1), (ONE, 1.9)):
        then = time.time() - 3600 * hours
        os.utime(visitor_dir(owner), (then, then))
    upload_room.remove_forgotten()
    assert user_files(ONE) == (kept,)  # a visit, so that its time starts again
    assert not half.exists()
    assert visitor_dir(ONE).stat().st_mtime > time.time() - 60
    assert not visitor_dir(TWO).exists()


def test_a_run_trains_on_its_own_visitors_upload_only(registry_of_sessions) -> None:
    name = save_upload("mine.npz", data_set(), ONE)
    experiment = Experiment(RunConfig(dataset=name, width=4, depth=1), ((),))
    runs = {owner: registry_of_sessions(owner, experiment) for owner in (ONE, TWO, "")}
    assert runs[ONE].dataset().name == name
    for owner in (TWO, ""):
        with pytest.raises(InputError, match="expected one that this browser"):
            runs[owner].dataset()


@pytest.fixture
def registry_of_sessions():
    """Make the run that a session of a visitor would train."""
    from bnviz.live.registry import Registry

    registry = Registry()

    def make(owner, experiment):
        session = registry.open(None, Visitor(owner))
        return registry._make_run(experiment, session)

    yield make
    registry.close_all()


def test_every_limit_of_uploads_is_a_setting_of_the_host() -> None:
    assert limits.limits().uploads_per_visitor == 10
    assert limits.limits().shared_uploads is False
