"""Engines: how one arm's training step is computed. The numbers are the same bits; the time is not."""
