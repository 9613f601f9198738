"""Decodes the merged picture of a PSD or PSB, which has everything that its layers come to."""

from imgsvc.codecs.metadata import orientation_in
from imgsvc.codecs.opened import Header, Opened, SourceImage
from imgsvc.codecs.picture import Metadata
from imgsvc.codecs.psd.header import Document, Resource, read
from imgsvc.codecs.psd.pixels import image_of, mode_of
from imgsvc.codecs.raster import still
from imgsvc.options.modes import has_alpha

_FLOAT_BITS = 32


def open_psd(source: SourceImage) -> Opened:
    """Read the header."""
    document = read(source.data)
    header = _header(source, document)
    return Opened(header, lambda _: still(header, image_of(source.data, document)))


def _header(source: SourceImage, document: Document) -> Header:
    found, mode = document.resources, mode_of(document)
    metadata = Metadata(
        exif=found.get(Resource.EXIF, b""), xmp=found.get(Resource.XMP, b""), iptc=found.get(Resource.IPTC, b"")
    )
    return Header(
        format=source.format,
        size=document.size,
        orientation=orientation_in(metadata),
        has_alpha=has_alpha(mode),
        # COMPAT: what is light already has no profile, as in TIFF.
        profile=None if document.bits == _FLOAT_BITS else found.get(Resource.PROFILE),
        metadata=metadata,
        is_cmyk=mode == "CMYK",
    )
