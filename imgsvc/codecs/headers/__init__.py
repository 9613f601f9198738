"""What a file says of itself, read from its bytes before any decoder is asked."""
