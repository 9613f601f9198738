"""What is told of a warm-up: while it runs, and at its end."""
