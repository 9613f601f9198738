"""The scoreboard: what every worker says of itself, and what the others may read of it."""
