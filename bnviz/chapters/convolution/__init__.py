"""Convolution: statistics per feature map, VGG11 and ResNet-20."""
