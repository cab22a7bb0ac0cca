"""The project's own speed figures, each measured in one run; never compare them across machines."""
