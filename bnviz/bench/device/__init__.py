"""What is right and how fast it is on one device: the table of ``python -m bnviz bench --device``."""
