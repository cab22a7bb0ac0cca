"""Data sets: bundled, generated, fetched, or files of the user, all as a checked Dataset."""

from bnviz.data.catalog import DataStatus, data_status, dataset_names, drop_unused_data, load_dataset, upload_bytes
from bnviz.data.dataset import Dataset
from bnviz.data.download import FetchCancelled, FetchError
from bnviz.data.fetch import fetch
from bnviz.data.paths import data_dir, user_dir
from bnviz.data.toy import RANGE as POINT_RANGE
from bnviz.data.uploads import remove_upload, save_upload, user_files

__all__ = [
    "POINT_RANGE",
    "DataStatus",
    "Dataset",
    "FetchCancelled",
    "FetchError",
    "data_dir",
    "data_status",
    "dataset_names",
    "drop_unused_data",
    "fetch",
    "load_dataset",
    "remove_upload",
    "save_upload",
    "upload_bytes",
    "user_dir",
    "user_files",
]
