"""Azure Blob Storage, and Azure's credentials."""
