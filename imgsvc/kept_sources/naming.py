"""What a source is kept under: what guards sources, and its URL as it is fetched.

    sources-<guard, 12 hex>/<2 hex>/<URL, 32 hex>

The guard names all settings by which a source may be fetched or not, and from whom: what was fetched under one is not
found under another, so that no setting has to be looked at again for what is kept, nor where a redirect led.
"""

from hashlib import sha256

# Raised where the same settings let less through than before.
GUARD_VERSION = 1

_HEX = 32
_FOLDER = "sources-"


def guard_of(*settings: str) -> str:
    """12 hex of what decides which sources may be fetched, and which headers they are asked with."""
    return sha256("\0".join((str(GUARD_VERSION), *settings)).encode()).hexdigest()[:12]


def folder_of(guard: str) -> str:
    """Where all sources lie that were fetched under a guard."""
    return f"{_FOLDER}{guard}"


def is_folder(name: str) -> bool:
    """Whether sources lie there, at the top of a store."""
    return name.startswith(_FOLDER)


def key_in(folder: str, source: str) -> str:
    """The key of a source, by its URL."""
    digest = sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:_HEX]
    return f"{folder}/{digest[:2]}/{digest}"
