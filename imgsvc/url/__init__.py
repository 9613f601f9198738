"""Text to options, and back: imgproxy's URL grammar."""
