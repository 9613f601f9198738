"""Source URLs in AES-CBC: the bytes that a URL holds of one, and back.

A payload is 16 bytes of initialization vector, then the URL, padded to whole blocks (PKCS #7) and encrypted. CBC says
nothing of who made it: that is the signature's to say, which is verified first.
"""

import hmac
from hashlib import sha256

from imgsvc.settings.env import Mistake, SettingsError

BLOCK_BYTES = 16
_IV_LABEL = b"imgsvc: initialization vectors of source URLs"


class SourceCipher:
    """Encrypts and decrypts with one key of 16, 24 or 32 bytes."""

    def __init__(self, key: bytes) -> None:
        # PERF: 9 ms and 9 MB, which only those pay who have a key.
        try:
            from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415
        except ImportError as error:
            wanted = Mistake("SOURCE_URL_ENCRYPTION_KEY", "the package cryptography", "it is not installed")
            raise SettingsError([wanted]) from error
        self._cipher, self._mode = Cipher, modes.CBC
        self._algorithm = algorithms.AES(key)
        self._iv_key = hmac.digest(key, _IV_LABEL, sha256)

    def encrypted(self, url: str) -> bytes:
        """The payload of a URL, always the same one: caches know a picture by its URL."""
        data = url.encode()
        iv = hmac.digest(self._iv_key, data, sha256)[:BLOCK_BYTES]
        count = BLOCK_BYTES - len(data) % BLOCK_BYTES
        encryptor = self._cipher(self._algorithm, self._mode(iv)).encryptor()
        return iv + encryptor.update(data + bytes([count]) * count) + encryptor.finalize()

    def decrypted(self, payload: bytes) -> bytes | None:
        """The URL's bytes; None where it is no payload of this key.

        SECURITY: the same is done of what is one and of what is none, so that no time tells which it was.
        """
        is_whole = len(payload) > BLOCK_BYTES and len(payload) % BLOCK_BYTES == 0
        blocks = payload if is_whole else bytes(max(len(payload) // BLOCK_BYTES, 2) * BLOCK_BYTES)
        decryptor = self._cipher(self._algorithm, self._mode(blocks[:BLOCK_BYTES])).decryptor()
        padded = decryptor.update(blocks[BLOCK_BYTES:]) + decryptor.finalize()
        count = padded[-1]
        is_padded = 0 < count <= BLOCK_BYTES and hmac.compare_digest(padded[-count:], bytes([count]) * count)
        return padded[:-count] if is_whole and is_padded else None
