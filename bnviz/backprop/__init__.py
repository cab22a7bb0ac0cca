"""Backpropagation by hand: forward pass, gradients and update of a multilayer perceptron, one file per kind of layer.

Start with ``network.py``, then ``linear.py``, ``batch_norm.py`` and ``cross_entropy.py``. ``scripted.py`` makes the
same calls from outside of Python.
"""
