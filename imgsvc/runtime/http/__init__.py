"""What is HTTP about a client's request and the answers that are given without the application."""
