"""Texts of a few characters that stand for a picture until it is there."""
