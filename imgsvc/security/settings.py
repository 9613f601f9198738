"""Settings of what may be done: signatures, sources, addresses and limits."""

from binascii import unhexlify
from collections.abc import Iterator
from dataclasses import dataclass

from imgsvc.security.patterns import SourcePattern
from imgsvc.settings.env import BOOLEAN, HEX_LIST, LIST, Kind, integer, megapixels, setting


def _patterns(text: str) -> tuple[SourcePattern, ...]:
    return tuple(SourcePattern(item.strip()) for item in text.split(","))


def _show_patterns(patterns: tuple[SourcePattern, ...]) -> str:
    return ",".join(pattern.text for pattern in patterns)


PATTERNS: Kind[tuple[SourcePattern, ...]] = Kind(
    "a comma-separated list of URL prefixes, with * as a wildcard", _patterns, _show_patterns
)


@dataclass(frozen=True, slots=True)
class SignatureSettings:
    """Keys, salts, and what counts as a signature."""

    key: tuple[bytes, ...] = setting((), HEX_LIST, "HMAC keys, hex.", zero="signatures are not checked", secret=True)
    salt: tuple[bytes, ...] = setting((), HEX_LIST, "HMAC salts, hex, one for each key.", secret=True)
    signature_size: int = setting(32, integer(1, 32), "Bytes of the digest that a signature holds.")
    trusted_signatures: tuple[str, ...] = setting((), LIST, "Signatures that are accepted as they are.", secret=True)

    def __post_init__(self) -> None:
        if len(self.key) != len(self.salt):
            raise ValueError(f"as many keys in KEY as salts in SALT ({len(self.key)} and {len(self.salt)})")


def _key(text: str) -> bytes:
    key = unhexlify(text)
    if len(key) not in (16, 24, 32):
        raise ValueError(text)
    return key


AES_KEY: Kind[bytes] = Kind("a key of 16, 24 or 32 bytes, as 32, 48 or 64 hex digits", _key, bytes.hex)


@dataclass(frozen=True, slots=True)
class EncryptionSettings:
    """The key of encrypted source URLs."""

    source_url_encryption_key: bytes = setting(
        b"",
        AES_KEY,
        "AES key of source URLs in AES-CBC, hex: 16, 24 or 32 bytes; sign URLs as well.",
        zero="none may be encrypted",
        secret=True,
    )


def key_cautions(signature: SignatureSettings, encryption: EncryptionSettings) -> Iterator[str]:
    """A sentence for each key that is missing."""
    if signature.key:
        return
    yield "KEY and SALT are not set: signatures are not checked, and every URL is accepted"
    if encryption.source_url_encryption_key:
        yield (
            "SOURCE_URL_ENCRYPTION_KEY is set without KEY and SALT: who sends one URL after the other, none of them "
            "signed, can learn from the answers what is encrypted in another"
        )


@dataclass(frozen=True, slots=True)
class AddressSettings:
    """Which classes of addresses a source may have."""

    allow_loopback_source_addresses: bool = setting(False, BOOLEAN, "Fetch from 127.0.0.0/8, ::1 and 0.0.0.0/8.")
    allow_link_local_source_addresses: bool = setting(False, BOOLEAN, "Fetch from 169.254.0.0/16 and fe80::/10.")
    allow_private_source_addresses: bool = setting(True, BOOLEAN, "Fetch from private networks, carrier NAT included.")


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How much of a source is acceptable."""

    allowed_sources: tuple[SourcePattern, ...] = setting(
        (), PATTERNS, "Source URLs must begin with one of these, as said above.", zero="all"
    )
    max_src_resolution: int = setting(
        50_000_000, megapixels(zero_allowed=False), "Megapixels of a source: width x height x frames."
    )
    max_src_file_size: int = setting(
        0, integer(0), "Bytes of a source, passed on unread (`raw`) or not.", zero="no limit"
    )
    max_animation_frames: int = setting(1, integer(1), "Frames that are read of an animation.")
    max_animation_frame_resolution: int = setting(
        0, megapixels(zero_allowed=True), "Megapixels of one frame of an animation.", zero="MAX_SRC_RESOLUTION for all"
    )
    max_result_dimension: int = setting(0, integer(), "Longest side of a result; it is scaled down.", zero="no limit")
