"""Puts a style sheet of the URL's into an SVG, before it is sanitized or drawn."""

from imgsvc.codecs.native.errors import decoder_errors
from imgsvc.codecs.svg.xml_tree import Element, parse, serialize
from imgsvc.options.formats import Format


def styled(data: bytes, css: str) -> bytes:
    """The document with a <style> as the first thing in it; what is no SVG as it is, for whoever says so."""
    with decoder_errors(Format.SVG):
        root = parse(data)
        if root.local_name != "svg":
            return data
        # In the root's own namespace, whatever its prefix is.
        prefix, colon, _ = root.name.rpartition(":")
        style = Element(f"{prefix}{colon}style", {}, [css])
        return serialize(Element(root.name, root.attributes, [style, *root.children]))
