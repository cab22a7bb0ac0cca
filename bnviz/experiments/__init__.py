"""Where data, nets, training and analysis are wired together."""
