"""Color spaces that files name without an ICC profile, and the profiles that say the same."""
