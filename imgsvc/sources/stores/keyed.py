"""HMAC with SHA-256 (RFC 2104) under one key, for many texts."""

from hashlib import sha256

_BLOCK_BYTES = 64


class Sha256Hmac:
    """Of a key; any number of threads may use it.

    PERF: what the key makes of both digests is worked out once and copied: hmac.digest looks the algorithm up in
    OpenSSL each time, 23 us of a request for 200 KB, which has the caches full of other things; this is 11.
    """

    def __init__(self, key: bytes) -> None:
        block = (key if len(key) <= _BLOCK_BYTES else sha256(key).digest()).ljust(_BLOCK_BYTES, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, text: str) -> bytes:
        """Of the text in UTF-8."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        return outer.digest()
