"""Networks with stable layer names."""
