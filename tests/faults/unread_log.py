"""Runs a command whose standard output and error are a pipe that stays open, is nearly full, and is never read."""

import os
import sys

reading, writing = os.pipe()
os.write(writing, bytes(50_000))
os.set_inheritable(reading, True)
os.dup2(writing, 1)
os.dup2(writing, 2)
os.execvp(sys.argv[1], sys.argv[1:])
