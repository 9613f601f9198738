"""HEIC and AVIF: what is read of them, written, and their limits."""
