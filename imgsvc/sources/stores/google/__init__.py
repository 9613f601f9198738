"""Google Cloud Storage, and Google's credentials."""
