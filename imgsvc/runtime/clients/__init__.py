"""Connections with clients: accepted, read, sent to, closed; by one thread of a worker, which waits for all of them."""
