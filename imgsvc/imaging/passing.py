"""Sources that are passed on as they are; drawings less what could harm, and in the style that is asked for."""

from imgsvc.codecs.encode import Encoded
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.codecs.svg.minifying import minified
from imgsvc.codecs.svg.sanitizer import sanitize
from imgsvc.codecs.svg.styling import styled
from imgsvc.codecs.svg.xml_tree import unpacked
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions


def passed_on(body: bytes, format_: Format, options: ProcessingOptions, settings: DecodeSettings) -> Encoded:
    """The file of a source of this format, as an answer."""
    if format_ is Format.SVG:
        body = unpacked(body)
        body = styled(body, options.style) if options.style else body
        body = sanitize(body) if settings.sanitize_svg else body
        body = minified(body) if settings.minify_svg else body
    return Encoded(body, format_)
