"""Metadata as texts: EXIF, IPTC, XMP and what Photoshop has noted."""
