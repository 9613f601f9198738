"""What is kept in a folder or a bucket: bytes by key, looked up in time, and written behind the answers' backs."""
