"""The data sets: bundled, fetched on request, or uploaded."""
