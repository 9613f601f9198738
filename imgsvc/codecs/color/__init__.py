"""From the colors of a file to those that are worked with, and to those of the result."""
