"""Pitfalls and frameworks: runnable mistakes with their cures, and an experiment as other frameworks write it."""
