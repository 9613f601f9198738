"""Watermarks that URLs ask for: fetched beside the source, or drawn, and kept for the next picture."""
