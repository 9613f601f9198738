"""What is told of a source, key by key."""

import hashlib
import json
from collections.abc import Mapping

from imgsvc.codecs.info.outline import Outline, Wanted
from imgsvc.codecs.info.texts.exif import exif_texts
from imgsvc.codecs.info.texts.iptc import iptc_texts
from imgsvc.codecs.info.texts.photoshop import IPTC, RESOLUTION, resolution, resources
from imgsvc.codecs.info.texts.xmp import xmp_texts
from imgsvc.codecs.opened import Header
from imgsvc.info.pixels import area
from imgsvc.options.formats import Format
from imgsvc.options.info import InfoOptions
from imgsvc.options.orientation import upright

Facts = dict[str, object]


def wanted(options: InfoOptions) -> Wanted:
    """What is looked for in a file."""
    return Wanted(exif=options.exif.is_told, iptc=options.wants_iptc, xmp=options.wants_xmp)


def needs_whole(options: InfoOptions) -> bool:
    """Whether all of the source is needed, and not its header alone."""
    is_of_bytes = bool(options.calc_hashsums or options.hashsum.type or options.page)
    return is_of_bytes or options.wants_pages_number or options.needs_pixels


def needs_header(options: InfoOptions) -> bool:
    """Whether anything is asked that is not known from the answer of its server, and from its first bytes."""
    asked = (
        options.wants_dimensions,
        options.wants_colorspace,
        options.wants_bands,
        options.wants_sample_format,
        options.alpha.is_told,
        options.wants_crop,
    )
    return any(asked) or wanted(options).any or needs_whole(options)


def of_file(options: InfoOptions, format_: Format, size: int | None) -> Facts:
    """Of its bytes."""
    found: Facts = {}
    if options.wants_size and size is not None:
        found["size"] = size
    if options.wants_format:
        found |= {"format": format_.word, "mime_type": format_.media_type}
    return found


def of_outline(options: InfoOptions, outline: Outline, *, positions: bool) -> Facts:
    """Of its header."""
    found: Facts = {}
    if options.wants_dimensions:
        width, height = outline.size
        found |= {"width": width, "height": height, "orientation": outline.orientation}
    found |= _metadata(options, outline, positions=positions)
    asked = {
        "colorspace": options.wants_colorspace and outline.colorspace,
        "bands": options.wants_bands and outline.bands,
        "sample_format": options.wants_sample_format and outline.sample_format,
    }
    found |= {name: value for name, value in asked.items() if value}
    if options.alpha.is_told:
        found["alpha"] = {"has_alpha": outline.has_alpha}
    if options.wants_crop and not options.needs_pixels_for_crop:
        found["crop"] = area(options, outline.size)
    return found


def of_page(options: InfoOptions, header: Header) -> Facts:
    """Of a page in place of the first one."""
    width, height = upright(header.size, header.orientation)
    return {"width": width, "height": height, "orientation": header.orientation} if options.wants_dimensions else {}


def _metadata(options: InfoOptions, outline: Outline, *, positions: bool) -> Facts:
    found: Facts = {}
    if options.exif.is_told:
        found["exif"] = exif_texts(outline.exif, canonical=options.exif.is_canonical, positions=positions)
    if options.wants_iptc:
        blocks = resources(outline.photoshop)
        found["iptc"] = iptc_texts(blocks.get(IPTC) or outline.iptc)
        if noted := resolution(blocks.get(RESOLUTION, b"")):
            found["photoshop"] = {"resolution": noted}
    if options.wants_xmp:
        found["xmp"] = xmp_texts(outline.xmp, positions=positions)
    return found


def of_bytes(options: InfoOptions, body: bytes) -> Facts:
    """Of all of it: sums, which nobody takes for a proof of who made it."""
    sums = {each: hashlib.new(each, body, usedforsecurity=False).hexdigest() for each in options.calc_hashsums}
    return {"hashsums": sums} if sums else {}


def written(facts: Mapping[str, object]) -> bytes:
    """The answer's body."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
