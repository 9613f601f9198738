"""Where the source pictures come from."""
