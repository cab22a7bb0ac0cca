"""The survival map: which networks train, over two settings, with and without BN."""
