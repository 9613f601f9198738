"""Pixels to pixels. Everything is worked out in a Plan before a source is decoded."""
