"""A recording as one HTML file that opens from disk, without a server and without a network."""
