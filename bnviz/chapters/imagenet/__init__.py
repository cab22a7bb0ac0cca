"""The paper's ImageNet results, and a small reproduction."""
