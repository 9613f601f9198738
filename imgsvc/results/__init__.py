"""Results that were made once: kept in a store, looked up before the source is fetched, asked after when they age."""
