"""What the operator sees: log lines."""
