"""What every step comes to in pixels, worked out before one is decoded: values in, values out."""
