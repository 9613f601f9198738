"""Independent readers: who says what is true of a file, before imgsvc is asked."""
