"""The real servers that keep objects, for `./check stores`."""
