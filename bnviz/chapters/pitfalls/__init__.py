"""Pitfalls and frameworks: runnable mistakes with cures, and an experiment as PyTorch, Keras and JAX code."""
