"""What an encoder is given: a picture that the format holds, what is wanted of the file, and how often it is tried."""
