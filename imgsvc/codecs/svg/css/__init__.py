"""The cascade: what style sheets and `style` attributes come to, as attributes that the drawing program understands."""
