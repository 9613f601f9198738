"""What headers an answer has: caching, validators, cookies, names, what it varies by."""
