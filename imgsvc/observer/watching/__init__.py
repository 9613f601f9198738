"""What is looked at all the time: the scoreboard, the kernel, a canary; and what follows from it."""
