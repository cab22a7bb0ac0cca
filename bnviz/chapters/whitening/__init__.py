"""Whitening: why BN normalizes each unit on its own, and inside the gradient."""
