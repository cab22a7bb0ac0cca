"""Image folders and zips of them; Pillow writes the images that we read back."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from bnviz.config import InputError
from bnviz.data import image_files as limits_of_files
from bnviz.data import images as limits_of_images
from bnviz.data import load_dataset


def picture(color=(255, 0, 0), size=(8, 6), mode="RGB", kind="PNG"):
    buffer = io.BytesIO()
    Image.new(mode, size, color).save(buffer, kind)
    return buffer.getvalue()


RED, BLUE = picture((255, 0, 0)), picture((0, 0, 255))
GOOD = {"blue/1.png": BLUE, "blue/2.png": BLUE, "red/1.png": RED, "red/2.png": RED, "red/3.png": RED}


def write_folder(folder, files):
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return f"file:{folder}"


def write_zip(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return f"file:{path}"


@pytest.fixture(params=["folder", "zip"])
def load(request, tmp_path):
    """Load the same files once from a folder and once from a zip."""

    def from_files(files):
        if request.param == "folder":
            return load_dataset(write_folder(tmp_path / "photos", files), allow_any_path=True)
        return load_dataset(write_zip(tmp_path / "photos.zip", files), allow_any_path=True)

    return from_files


def refused(load, files, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        load(files)
    assert str(caught.value).startswith("photos")
    assert "\n" not in str(caught.value)


def test_folders_name_the_classes_and_small_equal_images_keep_their_size(load):
    d = load(GOOD)
    assert d.classes == ("blue", "red")
    assert d.input_shape == (3, 6, 8)
    assert (len(d.y_train), len(d.y_test)) == (3, 2)
    for x, y in ((d.x_train, d.y_train), (d.x_test, d.y_test)):
        for image, label in zip(x, y, strict=True):
            expected = torch.tensor([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]][label])
            assert torch.equal(image.amax(dim=(1, 2)), expected)
            assert torch.equal(image.amin(dim=(1, 2)), expected)


def test_train_and_test_folders_are_the_split_also_below_one_more_folder(load):
    files = {f"all/{part}/{path}": data for part in ("train", "test") for path, data in GOOD.items()}
    del files["all/test/blue/1.png"]
    d = load(files)
    assert (d.y_train.tolist(), d.y_test.tolist()) == ([0, 0, 1, 1, 1], [0, 1, 1, 1])


def test_unequal_images_become_32_squares(load):
    d = load(GOOD | {"red/tall.jpg": picture((255, 0, 0), (40, 200), kind="JPEG")})
    assert d.input_shape == (3, 32, 32)
    assert "made 32 x 32" in d.source


def test_large_equal_images_become_32_squares_and_gray_ones_have_one_channel(load):
    files = {f"{name}/{i}.png": picture(value, (65, 65), "L") for name, value in (("a", 51), ("b", 204)) for i in "12"}
    d = load(files)
    assert d.input_shape == (1, 32, 32)
    assert sorted(torch.cat((d.x_train, d.x_test)).mean(dim=(1, 2, 3)).tolist()) == pytest.approx([0.2, 0.2, 0.8, 0.8])


def test_rotation_in_a_photo_is_honored(load):
    pixels = np.zeros((10, 20, 3), np.uint8)
    pixels[:, :10] = 255  # white on the left
    exif = Image.Exif()
    exif[0x0112] = 3  # turned upside down: white belongs on the right
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", exif=exif, quality=95)
    d = load({f"{name}/{i}.jpg": buffer.getvalue() for name in "ab" for i in "12"})
    assert d.x_train[0, 0, :, 0].mean() < 0.05
    assert d.x_train[0, 0, :, -1].mean() > 0.95


def test_other_files_and_hidden_ones_are_left_out(load):
    extra = {"red/readme.txt": b"hello", "__MACOSX/red/._1.png": b"x", "blue/.hidden.png": b"x", ".DS_Store": b"x"}
    assert len(load(GOOD | extra).y_train) == 3


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"red/notes.txt": b"hello"}, r"found images of 0 class\(es\), expected .* one subfolder per class"),
        ({"red/1.png": RED, "red/2.png": RED}, r"images of 1 class\(es\)"),
        (GOOD | {"top.png": RED}, "found top.png outside of a class folder"),
        (GOOD | {"red/deep/x.png": RED}, "found red/deep/x.png outside"),
        (GOOD | {"red/broken.png": b"no image"}, "no readable image in red/broken.png"),
        (GOOD | {"red/half.png": RED[:-30]}, "no readable image in red/half.png"),
        (GOOD | {"red/cut.jpg": picture(size=(50, 50), kind="JPEG")[:500]}, "no readable image in red/cut.jpg"),
        (GOOD | {"red/fake.png": picture(kind="TIFF")}, "no readable image in red/fake.png"),
        (GOOD | {"red/deep16.png": picture(3, mode="I;16")}, "color mode I;16 in red/deep16.png"),
        (GOOD | {"c" * 65 + "/1.png": RED}, "class folder 'ccc"),
    ],
)
def test_wrong_contents_are_named(load, files, sentence):
    refused(load, files, sentence)


def test_an_image_that_claims_to_be_huge_is_refused_before_decoding(load):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8000, 8000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    refused(load, GOOD | {"red/bomb.png": bomb}, "found 8000 x 8000 pixels in red/bomb.png")


@pytest.mark.parametrize(
    ("module", "limit", "value", "sentence"),
    [
        (limits_of_files, "MAX_IMAGES", 4, "found 5 images, expected at most 4"),
        (limits_of_files, "MAX_CLASSES", 1, r"images of 2 class\(es\)"),
        (limits_of_files, "MAX_IMAGE_BYTES", 20, r"blue/1.png of \d+ bytes, expected at most 20"),
        (limits_of_images, "MAX_PIXELS", 100, "found more than 100 pixels"),
        (limits_of_images, "MAX_VALUES", 100, "found 5 images of 8 x 6 x 3"),
    ],
)
def test_limits_hold(load, monkeypatch, module, limit, value, sentence):
    monkeypatch.setattr(module, limit, value)
    refused(load, GOOD, sentence)


def test_a_folder_of_very_many_files_is_not_walked_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(limits_of_files, "MAX_ENTRIES", 6)
    with pytest.raises(InputError, match="more than 6 files and folders"):
        load_dataset(write_folder(tmp_path / "photos", GOOD), allow_any_path=True)


def test_paths_that_lead_out_of_a_zip_are_refused(tmp_path):
    for bad in ("../red/9.png", "/red/9.png", "red\\..\\..\\9.png", "C:/red/9.png"):
        name = write_zip(tmp_path / "photos.zip", GOOD | {bad: RED})
        with pytest.raises(InputError, match="expected paths inside of it"):
            load_dataset(name, allow_any_path=True)


def test_a_changed_folder_is_read_again(tmp_path):
    name = write_folder(tmp_path / "photos", GOOD)
    first = load_dataset(name, allow_any_path=True)
    assert load_dataset(name, allow_any_path=True) is first
    write_folder(tmp_path / "photos", {"red/4.png": RED})
    assert len(load_dataset(name, allow_any_path=True).y_train) == 4
