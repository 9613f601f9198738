"""HMAC signatures of URL paths: made with one key and salt, accepted with any pair."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from imgsvc.errors import MissingSignatureError, SignatureError
from imgsvc.security.settings import SignatureSettings

_ENCODED = re.compile(r"[A-Za-z0-9_-]+")


class Signature:
    """Signs and verifies the part of a path that follows the signature."""

    def __init__(self, settings: SignatureSettings) -> None:
        self._pairs = tuple(zip(settings.key, settings.salt, strict=True))
        self._size = settings.signature_size
        self._trusted = frozenset(settings.trusted_signatures)

    def sign(self, path: str, key_index: int = 0) -> str:
        """The signature of `path`, which begins with a slash, by one of the pairs; ValueError where it is not set."""
        if not self._pairs:
            raise ValueError("KEY and SALT are not set: without them any word is a signature")
        if not 0 <= key_index < len(self._pairs):
            raise ValueError(f"KEY and SALT have no pair {key_index}: they have {len(self._pairs)}, counted from 0")
        return urlsafe_b64encode(self._digest(*self._pairs[key_index], path)).rstrip(b"=").decode()

    def verify(self, signature: str, rest: str) -> None:
        """Refuse a signature that no pair gives for `rest`; without keys, one that looks like an option."""
        if not self._pairs:
            _refuse_option(signature)
        elif signature not in self._trusted:
            self._refuse_mismatch(signature, f"/{rest}")

    def _refuse_mismatch(self, signature: str, path: str) -> None:
        given = _decoded(signature)
        # A list, not a generator: every pair is tried, so that the time says nothing of the one that matches.
        matches = [hmac.compare_digest(given, self._digest(*pair, path)) for pair in self._pairs]
        if not any(matches):
            raise SignatureError("the signature is not that of the path: another key or salt, or another URL")

    def _digest(self, key: bytes, salt: bytes, path: str) -> bytes:
        message = salt + path.encode("utf-8", "surrogatepass")
        return hmac.new(key, message, hashlib.sha256).digest()[: self._size]


def signature(settings: SignatureSettings, path: str, key_index: int = 0) -> str:
    """What stands before `path` in a URL; any word will do without keys. ValueError where there is no such pair."""
    return Signature(settings).sign(path, key_index) if settings.key or key_index else "unsafe"


def _refuse_option(signature: str) -> None:
    # COMPAT: imgproxy looks for `:` here whatever ARGUMENTS_SEPARATOR says.
    if ":" in signature:
        raise MissingSignatureError(f"{signature!r} stands where the signature should, and is probably an option")


def _decoded(signature: str) -> bytes:
    # COMPAT: the bits that the last character has to spare are not looked at, as in Go's encoding/base64:
    # clients that cut the text of a signature to SIGNATURE_SIZE rather than its bytes depend on it.
    if not _ENCODED.fullmatch(signature) or len(signature) % 4 == 1:
        raise SignatureError("the signature is not URL-safe base64 without padding")
    return urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
