"""The file of a rendition: written anew, or the source itself where that is what was asked for and is smaller."""

from dataclasses import dataclass, replace

from imgsvc.codecs.best import write_best
from imgsvc.codecs.choice import expects_alpha, is_best, shows_as
from imgsvc.codecs.encode import Encoded, encode
from imgsvc.codecs.metadata import minimal_exif
from imgsvc.codecs.opened import Header
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.placeholders.writing import placeholder
from imgsvc.codecs.writing.fitting import writable
from imgsvc.imaging.decision import Decision, Rules
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import Autoquality, AutoqualityMethod
from imgsvc.runtime.scope import Scope

# Of these a header tells all of the metadata that there may be.
_TELLING = frozenset({Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.BMP, Format.ICO})
_NO_SEARCH = Autoquality(AutoqualityMethod.NONE)
# As an application extension in a GIF, which nobody reads here.
_XMP_OF_GIF = b"XMP DataXMP"


@dataclass(frozen=True, slots=True)
class Original:
    """A source's file, what was decided of it, and whether its pixels are those of the result."""

    body: bytes
    decision: Decision
    stays: bool


def save(
    picture: Picture,
    original: Original,
    options: ProcessingOptions,
    rules: Rules,
    accepted: frozenset[Format],
    scope: Scope,
) -> Encoded:
    """Write the finished picture, in one attempt or in several, for as long as the request has time."""
    if options.placeholder:
        return Encoded(placeholder(picture, options.placeholder), options.placeholder)
    encoded = _written(picture, original.decision, options, rules, accepted, scope)
    if not options.never_larger or len(encoded.body) <= len(original.body):
        return encoded
    if original.stays and _may_be_sent(original, options, rules, accepted):
        return Encoded(original.body, original.decision.header.format)
    return _within(len(original.body), encoded, picture, options, rules, scope)


def _written(
    picture: Picture,
    decision: Decision,
    options: ProcessingOptions,
    rules: Rules,
    accepted: frozenset[Format],
    scope: Scope,
) -> Encoded:
    if is_best(options, rules.formats):
        return write_best(picture, options, rules.formats, rules.encoding, accepted, scope.check, scope.remaining)
    # COMPAT: what stands in for a format depends on what might have been seen through, not on what is.
    has_alpha = picture.has_alpha or expects_alpha(decision.header, options)
    format_ = writable(decision.format, picture.size, has_alpha=has_alpha)
    return encode(picture, format_, options, rules.encoding, scope.check, scope.remaining)


def _may_be_sent(original: Original, options: ProcessingOptions, rules: Rules, accepted: frozenset[Format]) -> bool:
    decision = original.decision
    if options.dpi or options.style:
        return False
    is_clean = not options.strip_metadata or _has_no_metadata(decision.header, original.body)
    return is_clean and shows_as(decision.header.format, decision.format, options, rules.formats, accepted)


def _within(
    size: int, encoded: Encoded, picture: Picture, options: ProcessingOptions, rules: Rules, scope: Scope
) -> Encoded:
    """The smallest that is found by lowering the quality until it has no more than `size` bytes."""
    format_ = encoded.format
    if not isinstance(format_, Format) or not format_.traits.quality:
        return encoded
    limit = min(size, options.max_bytes or size)
    wish = replace(options, max_bytes=limit, autoquality=_NO_SEARCH)
    again = encode(picture, format_, wish, rules.encoding, scope.check)
    return min(encoded, again, key=lambda each: len(each.body))


def keeps_pixels(picture: Picture, decoded: Picture, decision: Decision, options: ProcessingOptions) -> bool:
    """Whether the finished picture has all of the source's own pixels, where somebody wants to know.

    A step that has nothing to do returns the image that it was given, so that nothing has to be compared.
    """
    if not options.never_larger:
        return False
    header = decision.header
    is_copy = options.enforce_thumbnail and header.format in (Format.HEIC, Format.AVIF)
    is_all = picture.size == header.size and len(picture.frames) == (header.frames or 0)
    pairs = zip(picture.frames, decoded.frames, strict=True)
    return (
        is_all
        and not header.is_page
        and not header.format.traits.vector
        and not is_copy
        and not header.is_cmyk
        and all(frame is before for frame, before in pairs)
    )


def _has_no_metadata(header: Header, body: bytes) -> bool:
    """But the block that says nothing, which files from here have as well."""
    found = header.metadata
    if header.format is Format.GIF:
        return _XMP_OF_GIF not in body
    return header.format in _TELLING and found.exif in (b"", minimal_exif()) and not (found.xmp or found.iptc)
