"""What is asked about a source: its own journey, and the answer in JSON."""
