"""The loop, the twins, the thread that runs them and who may run."""
