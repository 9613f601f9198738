"""Source URLs that are encrypted: read in one way, whatever is wrong with them, and refused by one error.

SECURITY: who could tell a padding that is wrong from a URL that is could decrypt without the key, block by block. So
what cannot be read goes on as a URL that is refused, and does so where that is: neither the answer nor its time says
why.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable

from imgsvc.errors import SourceUnreachableError, SourceUrlError
from imgsvc.source_url import SourceUrl
from imgsvc.url.arguments import packed_base64

Decrypt = Callable[[bytes], bytes | None]
Encrypt = Callable[[str], bytes]

# The first segment of the source; the payload follows it.
MARK = "enc"
# Its host is none, which is what takes the longest to find out; as long as URLs are.
_REFUSED = "http://no host.example/images/of/this/length.jpg"
# Of the payload, the part that is no secret, and tells it apart: its initialization vector.
_SHOWN_CHARACTERS = 22


class EncryptedSources:
    """Reads payloads with `decrypt`; `rewritten` is what the settings make of a URL; `schemes` are served."""

    def __init__(self, decrypt: Decrypt, rewritten: Callable[[str], str], schemes: frozenset[str]) -> None:
        self._decrypt = decrypt
        self._rewritten = rewritten
        self._schemes = schemes

    def read(self, text: str) -> SourceUrl:
        """The source URL in a payload in base64; SourceUrlError where there is none."""
        packed = packed_base64(text)
        # What is no base64 has as many bytes that are no payload.
        data = self._decrypt(urlsafe_b64decode(packed or "A" * (len(text) // 4 * 4)))
        decoded = _decoded(_REFUSED.encode() if data is None else data)
        url = self._rewritten(decoded)
        is_served = url.partition(":")[0].lower() in self._schemes
        is_read = bool(packed and data and decoded)
        source = _parsed(url if is_served and is_read else _REFUSED)
        if source is None:
            raise SourceUrlError("the encrypted source URL is not base64, or not of this key, or none that is served")
        return source.hidden(f"{MARK}/{text[:_SHOWN_CHARACTERS]}...")


def _decoded(data: bytes) -> str:
    """The text; empty where it is none."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return ""


def _parsed(url: str) -> SourceUrl | None:
    """None where it has no host; an error would have the URL in it, and is what the next one would refer to."""
    try:
        return SourceUrl.parse(url)
    except SourceUnreachableError:
        return None
