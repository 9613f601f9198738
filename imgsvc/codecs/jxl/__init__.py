"""JPEG XL: what is read of it, written, and its limits."""
