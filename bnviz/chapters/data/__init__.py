"""The data sets: what is bundled, fetched on request, or uploaded."""
