"""Sources where people keep them: object stores, each a maker of requests for one client."""
