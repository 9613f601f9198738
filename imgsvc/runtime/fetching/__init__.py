"""Sources are fetched ahead: in threads of their own, so that the worker's main thread waits for none."""
