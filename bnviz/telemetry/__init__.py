"""What is observed while a network trains."""
