"""Drawings of others beside what Chromium, or resvg by itself, makes of them."""
