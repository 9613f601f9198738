"""Amazon S3 and what speaks like it, and where AWS gives credentials."""
