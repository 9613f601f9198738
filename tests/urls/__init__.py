"""URLs of random options on a source of every kind, asked of a real server; see __main__.py."""
