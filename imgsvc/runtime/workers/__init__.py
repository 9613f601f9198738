"""What a worker process does: it makes one picture at a time, is watched, and is replaced."""
