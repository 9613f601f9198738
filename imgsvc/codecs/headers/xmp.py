"""Changes XMP: to what it says of copyright, to what is still true without a gain map, or of one that was written."""

from collections.abc import Callable
from xml.etree import ElementTree

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_COPYRIGHT_SPACES = ("{http://ns.adobe.com/xap/1.0/rights/}", "{http://creativecommons.org/ns#}")
_COPYRIGHT_NAMES = frozenset(_DC + name for name in ("rights", "contributor", "creator", "publisher"))
_META = "{adobe:ns:meta/}"
_GAIN_MAP = "{http://ns.adobe.com/hdr-gain-map/1.0/}"
_CONTAINER = "{http://ns.google.com/photos/1.0/container/}"
_ITEM = "{http://ns.google.com/photos/1.0/container/item/}"
# What speaks of a gain map, or of all that was behind the picture in its file.
_GAIN_MAP_SPACES = (_GAIN_MAP, _CONTAINER, _ITEM, "{http://ns.apple.com/HDRGainMap/1.0/}")
_HEAD = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = b'\n<?xpacket end="w"?>'
_PREFIXES = {
    "x": _META, "rdf": _RDF, "dc": _DC, "xmpRights": _COPYRIGHT_SPACES[0], "cc": _COPYRIGHT_SPACES[1],
    "hdrgm": _GAIN_MAP, "Container": _CONTAINER, "Item": _ITEM, "xmp": "{http://ns.adobe.com/xap/1.0/}",
    "tiff": "{http://ns.adobe.com/tiff/1.0/}", "exif": "{http://ns.adobe.com/exif/1.0/}",
    "photoshop": "{http://ns.adobe.com/photoshop/1.0/}", "xmpMM": "{http://ns.adobe.com/xap/1.0/mm/}",
    "GCamera": "{http://ns.google.com/photos/1.0/camera/}",
}  # fmt: skip
for _prefix, _space in _PREFIXES.items():
    ElementTree.register_namespace(_prefix, _space[1:-1])


def of_copyright(block: bytes) -> bytes:
    """Who made and owns the picture; empty where that is not said. Any exception where it cannot be read."""
    root = _parsed(block)
    kept_names = [name for each in root.iter(_RDF + "Description") for name in _stripped(each, _is_copyright)]
    return _packet(root) if kept_names else b""


def without_gain_map(block: bytes) -> bytes:
    """All that does not speak of a gain map, the block itself if it speaks of none; any exception as above.

    COMPAT: readers look for the map where XMP says that there is one, and take what else is there for a fault.
    """
    if not any(space[1:-1].encode() in block for space in _GAIN_MAP_SPACES):
        return block
    root = _parsed(block)
    for each in root.iter(_RDF + "Description"):
        _stripped(each, lambda name: not name.startswith(_GAIN_MAP_SPACES))
    return _packet(root)


def with_gain_map(block: bytes, length: int) -> bytes:
    """The same that says of a gain map of so many bytes behind the picture; any exception as above."""
    root = _parsed(block) if block else ElementTree.Element(_META + "xmpmeta")
    around = root if root.tag == _RDF + "RDF" else root.find(f"{_RDF}RDF")
    around = ElementTree.SubElement(root, _RDF + "RDF") if around is None else around
    said = ElementTree.SubElement(around, _RDF + "Description", {_RDF + "about": "", _GAIN_MAP + "Version": "1.0"})
    items = ElementTree.SubElement(ElementTree.SubElement(said, _CONTAINER + "Directory"), _RDF + "Seq")
    for meaning, more in (("Primary", {}), ("GainMap", {_ITEM + "Length": str(length)})):
        entry = ElementTree.SubElement(items, _RDF + "li", {_RDF + "parseType": "Resource"})
        shape = {_ITEM + "Semantic": meaning, _ITEM + "Mime": "image/jpeg", **more}
        ElementTree.SubElement(entry, _CONTAINER + "Item", shape)
    return _packet(root)


def _parsed(block: bytes) -> ElementTree.Element:
    # SECURITY: no XMP has a document type; without one there are no entities.
    if b"<!" in block:
        raise ValueError("XMP with a document type")
    return ElementTree.fromstring(block.strip(b"\0 \r\n\t"))  # noqa: S314 (see above)


def _packet(root: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(root, "utf-8")
    return _HEAD + written + _TAIL


def _stripped(description: ElementTree.Element, stays: Callable[[str], bool]) -> list[str]:
    """Remove what does not stay; the names of what does."""
    for name in [name for name in description.attrib if not (stays(name) or name == _RDF + "about")]:
        del description.attrib[name]
    for child in [child for child in description if not stays(child.tag)]:
        description.remove(child)
    return [name for name in (*description.attrib, *(child.tag for child in description)) if stays(name)]


def _is_copyright(name: str) -> bool:
    return name in _COPYRIGHT_NAMES or name.startswith(_COPYRIGHT_SPACES)
