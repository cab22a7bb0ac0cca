"""Initialization: scale invariance, effective learning rate, and which start scales train."""
