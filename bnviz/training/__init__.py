"""Training: the loop (start with ``loop``), the arms, the thread that runs them, and the permits to compute."""
