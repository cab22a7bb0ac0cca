"""Training and inference: batch-mates, running statistics, recalibration, folding."""
