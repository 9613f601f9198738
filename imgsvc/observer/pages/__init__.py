"""What is told of a moment: metrics, status, stacks."""
