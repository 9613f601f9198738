"""Where source images come from. A source opens a stream; the body is read here, bounded in bytes and time."""
