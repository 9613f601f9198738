"""PSD and PSB: where the merged picture is in them, and how it is read."""
