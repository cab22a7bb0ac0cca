"""The command line behind ``python -m bnviz``."""
