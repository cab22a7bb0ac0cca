"""Reading files of unknown origin: sizes are checked before data are read, and nothing is unpickled. Writing files."""

from bnviz.files.last_resort import one_sentence
from bnviz.files.npz import Array, Header, NpzReader
from bnviz.files.source import read_from
from bnviz.files.write import atomic, write_npz
from bnviz.files.zips import DAMAGED, open_zip

__all__ = ["DAMAGED", "Array", "Header", "NpzReader", "atomic", "one_sentence", "open_zip", "read_from", "write_npz"]
