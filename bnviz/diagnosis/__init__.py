"""diagnose: what is wrong with the normalization layers of a model, shown in numbers and tried cures."""
