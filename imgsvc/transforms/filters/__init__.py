"""Steps that change how the picture looks, and not its size."""
