"""Saturation and depth: the flat ends of a nonlinearity, layer by layer."""
