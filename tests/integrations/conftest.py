"""The packages of the integrations import torchvision, which beside a CPU build of torch needs help."""

import pytest

from bnviz.data._torchvision import torchvision_datasets


@pytest.fixture(autouse=True, scope="session")
def _torchvision_opens() -> None:
    torchvision_datasets()
