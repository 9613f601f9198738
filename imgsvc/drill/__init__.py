"""Faults played against a running server, and what became of its good clients meanwhile."""
