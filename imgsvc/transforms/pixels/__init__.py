"""What several steps need of pixels: premultiplied ones, their lightness, edges, a part at a time."""
