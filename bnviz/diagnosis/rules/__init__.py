"""The rules of a diagnosis: each takes Measurements and yields Findings of one code, or of two that exclude each other."""
