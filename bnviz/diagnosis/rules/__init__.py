"""The rules of a diagnosis: each takes Measurements and yields Findings of one code."""
