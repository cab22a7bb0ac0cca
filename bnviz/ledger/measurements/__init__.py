"""One test per question that a claim asks: nets are trained or built, and a number comes out."""
