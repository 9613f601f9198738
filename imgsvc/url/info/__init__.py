"""Options of what is asked about a source."""
