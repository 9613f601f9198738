"""May this be done at all? Pure decisions on signatures, source URLs, addresses and sizes."""
