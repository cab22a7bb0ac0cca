"""Decoding the images of a user to one small size."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bnviz.config import InputError
from bnviz.data.arrays import Array, dataset_from_arrays
from bnviz.data.dataset import Dataset
from bnviz.data.image_files import ImageFile, Labeled, arrange
from bnviz.data.limits import KEEP_SIDE, MAX_IMAGE_PIXELS, MAX_PIXELS, MAX_VALUES, RESIZED_SIDE
from bnviz.progress import ProgressCallback, no_progress

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ("PNG", "JPEG", "BMP", "GIF")
_GRAY, _COLOR = ("1", "L", "LA"), ("P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr")

Size = tuple[int, int]  # (width, height), as in PIL


def load_images(name: str, label: str, files: Sequence[ImageFile], source: str) -> Dataset:
    """Read images, with one subfolder per class, as a data set of one size: what ``image_arrays`` returns.

    Without train and test folders, a fifth of each class is used for testing.

    Raises:
        InputError: the layout is wrong, or an image cannot be read; the message names it.
    """
    arrays, how = image_arrays(label, files)
    return dataset_from_arrays(name, label, arrays, f"{source}{how}")


def image_arrays(
    label: str, files: Sequence[ImageFile], progress: ProgressCallback = no_progress
) -> tuple[dict[str, Array], str]:
    """Return the arrays of a data set of images of one size, and how they were made so, in words.

    If all images have one size up to 64 x 64, they are kept; otherwise they are cropped to a central square and resized
    to 32 x 32. If all images are gray, they have one channel, else three.

    Args:
        label: name of the file in error messages.
        files: the images, with one subfolder per class.
        progress: called with (headers read and images decoded, twice their number), between any two of them.

    Raises:
        InputError: the layout is wrong, or an image cannot be read, or all together are more than may be decoded, which
            is known before any is.
    """
    found = arrange(label, files)
    size, mode, resized = _common_form(label, found, progress)
    channels = 1 if mode == "L" else 3
    values = len(found) * size[0] * size[1] * channels
    if values > MAX_VALUES:
        shape = f"{len(found):,} images of {size[0]} x {size[1]} x {channels}"
        raise InputError(f"{label}: found {shape}, expected at most {MAX_VALUES:,} numbers in all")
    pixels = np.empty((len(found), size[1], size[0], channels), np.uint8)
    for i, item in enumerate(found):
        pixels[i] = _decode(label, item.file, size, mode).reshape(pixels.shape[1:])
        progress(len(found) + i + 1, 2 * len(found))
    names = sorted({item.class_name for item in found})
    numbers = np.array([names.index(item.class_name) for item in found])
    arrays: dict[str, Array] = {"classes": np.array(names)}
    is_test = np.array([item.part == "test" for item in found])
    if is_test.any():
        arrays |= {"x_test": pixels[is_test], "y_test": numbers[is_test]}
    arrays |= {"x_train": pixels[~is_test], "y_train": numbers[~is_test]}
    return arrays, f", made {size[0]} x {size[1]}" if resized else ""


def _common_form(label: str, found: Sequence[Labeled], progress: ProgressCallback) -> tuple[Size, str, bool]:
    """Return size, mode ("L" or "RGB") and whether to resize, from the headers, before anything is decoded."""
    sizes, gray, total = set(), True, 0
    for i, item in enumerate(found):
        size, mode = _header(label, item.file)
        total += size[0] * size[1]
        if total > MAX_PIXELS:
            expected = "fewer images, or smaller ones"
            raise InputError(f"{label}: found more than {MAX_PIXELS:,} pixels in all its images, expected {expected}")
        sizes.add(size)
        gray = gray and mode in _GRAY
        progress(i + 1, 2 * len(found))
    size = next(iter(sizes))
    keep = len(sizes) == 1 and max(size) <= KEEP_SIDE
    return (size if keep else (RESIZED_SIDE, RESIZED_SIDE)), ("L" if gray else "RGB"), not keep


def _open(label: str, file: ImageFile) -> Image.Image:
    from PIL import Image

    try:
        return Image.open(io.BytesIO(file.read()), formats=_FORMATS)
    except Exception as error:  # decoders raise many kinds of errors on hostile bytes
        raise _broken(label, file, error) from error


def _header(label: str, file: ImageFile) -> tuple[Size, str]:
    with _open(label, file) as image:
        size, mode = image.size, image.mode
    if size[0] * size[1] > MAX_IMAGE_PIXELS:
        found = f"{size[0]} x {size[1]} pixels in {file.path[:200]}"
        raise InputError(f"{label}: found {found}, expected at most {MAX_IMAGE_PIXELS:,}")
    if mode not in _GRAY + _COLOR:
        raise InputError(f"{label}: found the color mode {mode} in {file.path[:200]}, expected 8-bit gray or color")
    return size, mode


def _decode(label: str, file: ImageFile, size: Size, mode: str) -> Array:
    from PIL import Image, ImageOps

    with _open(label, file) as opened:
        try:
            opened.draft(mode, (4 * size[0], 4 * size[1]))  # JPEG only: decode large photos at a fraction
            image = ImageOps.exif_transpose(opened).convert(mode)
            if image.size != size:
                image = ImageOps.fit(image, size, method=Image.Resampling.BILINEAR)
            return np.asarray(image, dtype=np.uint8)
        except Exception as error:
            raise _broken(label, file, error) from error


def _broken(label: str, file: ImageFile, error: Exception) -> InputError:
    why = str(error).split("<")[0].strip() or type(error).__name__
    return InputError(f"{label}: found no readable image in {file.path[:200]} ({why}), expected PNG, JPEG, BMP or GIF")
