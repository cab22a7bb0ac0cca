"""What this app cannot show: how small its nets, data and runs are, and what was chosen after seeing results."""
