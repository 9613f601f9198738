"""PDF: how its pages are drawn, and how a picture becomes one."""
