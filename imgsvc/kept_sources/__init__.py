"""Sources that were fetched once: kept in a store, looked up before they are fetched, asked after when they age."""
