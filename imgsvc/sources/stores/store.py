"""What a store is: something that knows how its objects are asked for, and that sends nothing itself."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from imgsvc.sources.keys import Key
from imgsvc.sources.stores.asking import Answer, Ask
from imgsvc.sources.stores.listing import Listing


class Order(NamedTuple):
    """What a store is told to do with an object of ours, or with no key, what of a container is asked for."""

    key: Key
    method: str = "GET"
    query: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Order({self.method} {self.key.key})"


class Store(Protocol):
    """One of S3, GCS, Azure Blob, Swift; may be used by many threads.

    `ask`, `order` and `login` may ask for credentials, on the budget that is being spent; a CredentialsError says where
    they were looked for.
    """

    listing: Listing

    @property
    def is_logged_in(self) -> bool:
        """Whether a request can be signed now without asking anybody for credentials."""

    def check(self, container: str) -> None:
        """Raise SourceUnreachableError where that is no container by the store's own grammar.

        SECURITY: a container may become part of a host name, so that this comes before anything is made of it.
        """

    def ask(self, key: Key, headers: Mapping[str, str]) -> Ask:
        """The signed request for an object; `headers` are conditions and a range, names lower case."""

    def order(self, order: Order) -> Ask:
        """The signed request that does this; it may be repeated."""

    def learns(self, key: Key, ask: Ask, refusal: Answer) -> bool:
        """Whether to ask once more, for this answer said what was wrong: another region, a login that has ended."""

    def login(self) -> str:
        """Have what requests are signed with; where that is from, in words, with nothing of it."""

    def whereabouts(self, key: Key) -> str:
        """Who is asked for an object, in words: endpoint, and region where there is one. Asks nobody."""
