"""The servers that are measured: found, installed, started and asked."""
