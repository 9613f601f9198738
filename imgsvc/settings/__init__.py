"""Settings as text: the environment and files of it, read into the values that each room declares."""
