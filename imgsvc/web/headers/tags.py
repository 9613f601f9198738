"""Entity tags: an answer's, made of its source's, and the source's, taken out of it again.

A source's tag names bytes of the source. Where more than URL and source decide what is made, the answer's tag names the
variant too: a cache may give what has the same strong tag to everybody (RFC 9110 8.8.3).
"""

import base64
import binascii
import re

# COMPAT: imgproxy takes a tag that lost its quotes on the way.
_TAG = re.compile(r'(?:W/)?"[^"]*"|[^\s",]+')
_OF_A_VARIANT = re.compile(r'(?:W/)?"[A-Za-z0-9_-]{12}/([A-Za-z0-9_-]+)"')
_WEAK = "W/"


def tag_of(source_tag: str, *, buster: str = "", variant: str = "") -> str:
    """The answer's tag: the source's own where there is nothing to add; weak if that is."""
    marks = _marks(buster, variant)
    if not marks:
        return source_tag
    coded = base64.urlsafe_b64encode(source_tag.encode()).rstrip(b"=").decode()
    return f'{_WEAK if source_tag.startswith(_WEAK) else ""}"{marks}/{coded}"'


def source_tags(if_none_match: str, *, buster: str = "", variant: str = "") -> str:
    """The source's tags inside those of an If-None-Match; empty where all are of other busters or variants."""
    marks = _marks(buster, variant)
    tags = _TAG.findall(if_none_match)
    if marks:
        return ", ".join(filter(None, (_original(tag, marks) for tag in tags)))
    plain = [tag for tag in tags if not _is_of_a_variant(tag)]
    return ", ".join(plain) if len(plain) < len(tags) else if_none_match


def _marks(buster: str, variant: str) -> str:
    return "/".join(filter(None, (buster, variant)))


def _original(tag: str, marks: str) -> str:
    head, _, coded = tag.removeprefix(_WEAK).strip('"').rpartition("/")
    return _decoded(coded) if head == marks else ""


def _is_of_a_variant(tag: str) -> bool:
    """Whether it was made by `tag_of`, of whatever variant: so it is none of the source's."""
    found = _OF_A_VARIANT.fullmatch(tag)
    return found is not None and _decoded(found[1]).removeprefix(_WEAK).startswith('"')


def _decoded(coded: str) -> str:
    try:
        # SECURITY: what comes out is put into a request to the source: one printable line, or nothing.
        original = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
    return original if original.isprintable() else ""
