"""Data sets: bundled, generated, fetched or the user's own, all as one checked Dataset."""

from bnviz.data.catalog import dataset_names, load_dataset
from bnviz.data.dataset import Dataset

__all__ = ["Dataset", "dataset_names", "load_dataset"]
