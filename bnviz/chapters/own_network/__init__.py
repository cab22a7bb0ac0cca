"""Your own network: recordings, reports and checkpoints of other people's models, opened and explained."""
