"""Relatives of BN: which values share a mean, and what each choice gives."""
