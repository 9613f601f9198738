"""Real files of others, and what an independent reader says of each: `./check corpus`."""
