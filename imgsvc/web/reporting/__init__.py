"""What is told of a request afterwards: to the log, the counters and the traces."""
