"""watch: record any PyTorch model in the user's own loop, centered on its normalization layers."""
