"""The process, its clients, and a request's life in it."""
