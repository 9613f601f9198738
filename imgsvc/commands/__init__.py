"""What commands have in common, and what the longer ones of them say."""
