"""Listing images in a folder, or in a zip of a folder, with one subfolder per class."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bnviz.config import InputError
from bnviz.data.limits import MAX_CLASS_NAME, MAX_CLASSES, MAX_ENTRIES, MAX_IMAGE_BYTES, MAX_IMAGES

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif")
_LAYOUT = "one subfolder per class (or train and test folders of such) with .png, .jpg, .bmp or .gif files"
_DEPTH = 4  # folder / train / class / file


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An image file that is not read yet.

    Attributes:
        path: relative to the folder or zip, with forward slashes.
        nbytes: size according to the directory.
        stamp: a number that changes with the file.
        read: returns the bytes of the file.
    """

    path: str
    nbytes: int
    stamp: int
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Labeled:
    """An image with its class and part; ``part`` is "train", "test", or "" if there is no split."""

    part: str
    class_name: str
    file: ImageFile


def files_of_zip(archive: zipfile.ZipFile) -> list[ImageFile]:
    """List the images of a checked zip; they are read into memory one by one, never unpacked to disk."""

    def reader(info: zipfile.ZipInfo) -> Callable[[], bytes]:
        def read() -> bytes:
            with archive.open(info) as stream:
                return stream.read(MAX_IMAGE_BYTES)

        return read

    members = [info for info in archive.infolist() if not info.is_dir()]
    return [ImageFile(i.filename.replace("\\", "/"), i.file_size, i.CRC, reader(i)) for i in members]


def files_of_folder(folder: Path, label: str, inside: Path | None) -> list[ImageFile]:
    """List the images of a folder, at most four levels deep.

    Args:
        folder: the folder to list.
        label: name of the folder in error messages.
        inside: links that lead out of this resolved folder are refused; None follows all links.
    """
    found = []
    for count, entry in enumerate(_walk(folder, _DEPTH)):
        if count >= MAX_ENTRIES:
            raise InputError(f"{label}: found more than {MAX_ENTRIES:,} files and folders, expected fewer")
        path = Path(entry.path)
        relative = path.relative_to(folder).as_posix()
        if inside is not None and not path.resolve().is_relative_to(inside):
            raise InputError(f"{label}: found a link that leads out of the folder ({relative}), expected plain files")
        if entry.is_file():
            stat = entry.stat()
            found.append(ImageFile(relative, stat.st_size, stat.st_mtime_ns, path.read_bytes))
    return found


def _walk(folder: Path, depth: int) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            yield entry
            if depth > 1 and entry.is_dir() and not entry.name.startswith("."):
                yield from _walk(Path(entry.path), depth - 1)


def arrange(label: str, files: Sequence[ImageFile]) -> list[Labeled]:
    """Return class and part of each image, from its path, in the order of paths; other files are ignored.

    Raises:
        InputError: there are no images, images outside of class folders, too many or too large images, or too many
            classes.
    """
    split = {f: tuple(f.path.split("/")) for f in files if _is_image(f.path)}
    while split and len({parts[0] for parts in split.values()}) == 1 and min(map(len, split.values())) > 2:
        split = {f: parts[1:] for f, parts in split.items()}  # a zip often contains the folder itself
    in_parts = {parts[0] for parts in split.values()} == {"train", "test"}
    depth = 3 if in_parts else 2
    found = []
    for file, parts in sorted(split.items(), key=lambda item: item[1]):
        if len(parts) != depth:
            raise InputError(f"{label}: found {file.path[:200]} outside of a class folder, expected {_LAYOUT}")
        if file.nbytes > MAX_IMAGE_BYTES:
            large = f"{file.path[:200]} of {file.nbytes:,} bytes"
            raise InputError(f"{label}: found {large}, expected at most {MAX_IMAGE_BYTES:,}")
        found.append(Labeled(parts[0] if in_parts else "", parts[-2], file))
    _check_counts(label, found)
    return found


def _check_counts(label: str, found: Sequence[Labeled]) -> None:
    names = {item.class_name for item in found}
    if not 2 <= len(names) <= MAX_CLASSES:
        raise InputError(f"{label}: found images of {len(names)} class(es), expected at least 2: {_LAYOUT}")
    if len(found) > MAX_IMAGES:
        raise InputError(f"{label}: found {len(found):,} images, expected at most {MAX_IMAGES:,}")
    for name in names:
        if len(name) > MAX_CLASS_NAME or not name.isprintable():
            expected = f"at most {MAX_CLASS_NAME} printable characters"
            raise InputError(f"{label}: found the class folder {name!r:.80}, expected {expected}")


def _is_image(path: str) -> bool:
    parts = path.split("/")
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return not hidden and parts[-1].lower().endswith(SUFFIXES)
