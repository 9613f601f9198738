"""What is made of an opened source: decided first, then its pixels, then its file."""
