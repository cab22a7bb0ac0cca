"""The clinic: small sick networks, their symptoms, and cures that are really applied."""
