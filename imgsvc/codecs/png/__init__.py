"""PNG: what is read of it, written, and its limits."""
