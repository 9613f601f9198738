"""imgsvc: an image processing server that speaks imgproxy's URL API and cannot wedge."""

__version__ = "0.2.0"
