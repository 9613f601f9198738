"""Requests over the network: names, addresses, sockets, connections that are kept, answers read within bounds."""
