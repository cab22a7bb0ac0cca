"""The files that the app opens, and what is kept of an upload."""

import io
import os
import zipfile

import numpy as np
import pytest

from bnviz.config import InputError, RunConfig
from bnviz.config.limits import Limits
from bnviz.data import data_status, load_dataset, save_upload, upload_room, uploads, user_dir
from bnviz.data.uploads import user_files as listed

X = np.arange(20 * 4, dtype=np.uint8).reshape(20, 2, 2)
Y = np.arange(20) % 2


@pytest.fixture
def good(npz):
    return npz(x_train=X, y_train=Y)


@pytest.fixture
def folder():
    user_dir().mkdir(parents=True)
    return user_dir()


def test_a_name_opens_a_file_of_the_user_folder(folder, good):
    (folder / "mine.npz").write_bytes(good)
    d = load_dataset("file:mine.npz")
    assert (d.name, len(d.y_train)) == ("file:mine.npz", 16)
    assert load_dataset("file:mine.npz") is d
    assert listed() == ("file:mine.npz",)
    assert data_status("file:mine.npz").state == "shared"


@pytest.mark.parametrize("text", ["../secret.npz", "/etc/passwd", "a/../../secret.npz", "", ".", "..", "x/.."])
def test_paths_out_of_the_user_folder_are_refused_whether_they_exist_or_not(folder, good, text):
    (folder.parent / "secret.npz").write_bytes(good)
    with pytest.raises(InputError, match="outside of the folder for user files"):
        load_dataset(f"file:{text}")


def test_an_absolute_path_opens_only_from_the_command_line(tmp_path, good):
    (tmp_path / "mine.npz").write_bytes(good)
    name = f"file:{tmp_path / 'mine.npz'}"
    assert len(load_dataset(name, allow_any_path=True).y_train) == 16
    with pytest.raises(InputError, match="outside"):  # although it is in memory now
        load_dataset(name)


def test_links_out_of_the_user_folder_are_refused(folder, good, tmp_path):
    (tmp_path / "secret.npz").write_bytes(good)
    (folder / "link.npz").symlink_to(tmp_path / "secret.npz")
    (folder / "inside.npz").write_bytes(good)
    (folder / "alias.npz").symlink_to(folder / "inside.npz")
    with pytest.raises(InputError, match="outside"):
        load_dataset("file:link.npz")
    assert len(load_dataset("file:alias.npz").y_train) == 16


def test_links_out_of_an_image_folder_are_refused(folder, tmp_path):
    (tmp_path / "red").mkdir()
    (tmp_path / "red" / "1.png").write_bytes(b"secret")
    (folder / "photos").mkdir()
    (folder / "photos" / "red").symlink_to(tmp_path / "red")
    with pytest.raises(InputError, match=r"a link that leads out of the folder \(red\)"):
        load_dataset("file:photos")


def test_a_circle_of_links_is_refused(folder):
    (folder / "a.npz").symlink_to(folder / "b.npz")
    (folder / "b.npz").symlink_to(folder / "a.npz")
    with pytest.raises(InputError):
        load_dataset("file:a.npz")


def test_what_is_no_file_is_refused_without_waiting_for_it(folder):
    os.mkfifo(folder / "pipe.npz")
    with pytest.raises(InputError, match="no file or folder"):
        load_dataset("file:pipe.npz")


@pytest.mark.parametrize("allow_any_path", [False, True])
def test_missing_files_and_strange_endings_are_named(folder, allow_any_path):
    (folder / "x.pkl").write_bytes(b"x")
    with pytest.raises(InputError, match=r"file:none.npz: found no such file"):
        load_dataset("file:none.npz", allow_any_path=allow_any_path)
    with pytest.raises(InputError, match=r"x.pkl: found the ending '.pkl', expected .npz"):
        load_dataset("file:x.pkl", allow_any_path=allow_any_path)
    with pytest.raises(InputError):
        load_dataset("file:a\0b.npz", allow_any_path=allow_any_path)
    with pytest.raises(InputError):
        load_dataset("file:" + "a" * 390, allow_any_path=allow_any_path)


def test_a_file_that_is_too_large_is_refused_unread(folder, monkeypatch):
    with (folder / "large.npz").open("wb") as file:
        file.truncate(200 * 2**20 + 1)
    with pytest.raises(InputError, match="found 200 MB, expected at most 200 MB"):
        load_dataset("file:large.npz")


def test_a_replaced_file_is_read_again(folder, good, npz):
    (folder / "mine.npz").write_bytes(good)
    before = load_dataset("file:mine.npz")
    (folder / "mine.npz").write_bytes(npz(x_train=X, y_train=Y, x_test=X, y_test=Y))
    assert (len(before.y_train), len(load_dataset("file:mine.npz").y_train)) == (16, 20)


def test_an_upload_is_kept_under_a_name_that_a_config_accepts(good):
    name = save_upload("My digits (1).npz", good)
    assert name.startswith("file:My-digits-1-")
    assert len(load_dataset(RunConfig(dataset=name).dataset).y_train) == 16
    assert save_upload("My digits (1).npz", io.BytesIO(good)) == name
    assert listed() == (name,)


def test_users_do_not_overwrite_each_other(good, npz):
    other = npz(x_train=X, y_train=1 - Y)
    one, two = save_upload("digits.npz", good), save_upload("digits.npz", other)
    assert one != two
    assert set(listed()) == {one, two}


@pytest.mark.parametrize("filename", ["../../evil.npz", "/etc/evil.npz", "..\\evil.npz", "C:\\x\\evil.npz", "\x1b.npz"])
def test_an_uploads_own_path_counts_for_nothing(good, filename):
    name = save_upload(filename, good)
    assert name.removeprefix("file:").startswith(("evil-", "data-"))
    assert [p.name for p in user_dir().iterdir()] == [name.removeprefix("file:")]


def test_a_bad_upload_leaves_nothing_and_is_named_as_the_user_knows_it(good):
    for filename, data in (("bad.npz", good[:50]), ("bad.zip", good), ("bad.npz", b"")):
        with pytest.raises(InputError, match=r"^bad\."):
            save_upload(filename, data)
    for filename in ("bad.pkl", "bad", "npz", ""):
        with pytest.raises(InputError, match="found the ending"):
            save_upload(filename, good)
    assert not user_dir().exists() or list(user_dir().iterdir()) == []


def test_an_upload_that_breaks_off_or_never_ends_leaves_nothing(good, monkeypatch):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise ConnectionResetError

    class Endless(io.BytesIO):
        def read(self, size=-1):
            return bytes(size)

    with pytest.raises(InputError, match=r"a\.npz: found no way to keep it"):
        save_upload("a.npz", Broken())
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 3 * 2**20)
    with pytest.raises(InputError, match="found more than 3 MB"):
        save_upload("a.npz", Endless())
    assert list(user_dir().iterdir()) == []


def test_a_data_folder_that_cannot_be_written_is_reported(good, data_home):
    data_home.mkdir()
    (data_home / "user").write_bytes(b"in the way")
    with pytest.raises(InputError, match="a data folder that can be written"):
        save_upload("a.npz", good)


def test_a_very_long_name_keeps_its_ending(good):
    assert save_upload("n" * 500 + ".npz", good).startswith("file:" + "n" * 40 + "-")


def test_the_oldest_uploads_make_room_and_a_hosts_files_stay(folder, npz, monkeypatch):
    monkeypatch.setattr(upload_room, "limits", lambda: Limits(uploads=2))
    (folder / "host.npz").write_bytes(npz(x_train=X, y_train=Y))
    (folder / ".incoming-crashed.npz").write_bytes(b"x")
    os.utime(folder / ".incoming-crashed.npz", (0, 0))
    names = []
    for i in range(3):
        names.append(save_upload("digits.npz", npz(x_train=X + i, y_train=Y)))
        os.utime(folder / names[-1].removeprefix("file:"), (1000 + i, 1000 + i))
    assert set(listed()) == {"file:host.npz", *names[1:]}
    upload_room.remove_forgotten()
    assert not (folder / ".incoming-crashed.npz").exists()


def test_uploads_are_bounded_in_bytes_too(folder, npz, monkeypatch):
    monkeypatch.setattr(upload_room, "limits", lambda: Limits(uploads_mb=1))
    draw = np.random.default_rng(0)
    for _ in range(2):  # 0.8 MB each
        name = save_upload("a.npz", npz(x_train=draw.random((len(Y), 12_000), np.float32), y_train=Y))
        assert listed() == (name,)


def test_an_uploaded_zip_of_images_works():
    from PIL import Image

    image, buffer = io.BytesIO(), io.BytesIO()
    Image.new("L", (3, 3), 9).save(image, "PNG")
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in ("a/1.png", "a/2.png", "b/1.png", "b/2.png"):
            archive.writestr(path, image.getvalue())
    assert load_dataset(save_upload("shapes.zip", buffer.getvalue())).classes == ("a", "b")
