"""What a file says of itself, read from no more of its bytes than that takes, and without a decoder."""
