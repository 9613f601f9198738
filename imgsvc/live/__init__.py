"""What a running server is doing, in the terminal; asked of its observer."""
