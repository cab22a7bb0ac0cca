"""Regularization: the noise of a batch, overfitting, and dropout before BN."""
