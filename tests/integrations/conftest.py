"""The packages of the integrations import torchvision, which beside a CPU build of torch needs help."""

from bnviz.data._torchvision import torchvision_datasets

torchvision_datasets()
