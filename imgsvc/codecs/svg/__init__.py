"""SVG: how it is drawn, what is taken out of it, and its limits."""
