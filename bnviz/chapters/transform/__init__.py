"""The transform: BN forward and backward, sample by sample."""
