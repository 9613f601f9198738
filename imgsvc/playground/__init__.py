"""A page to try URLs on: a process of its own beside the server, with a listener of its own."""
