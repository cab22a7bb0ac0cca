"""Gradients: valleys, scaling and measured loss surfaces."""
