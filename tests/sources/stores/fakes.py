"""A store of a misbehaving origin: its paths are the keys, and its login is a word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.keys import Key
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.asking import Answer, Ask, StoreClient
from imgsvc.sources.stores.containers import Containers
from imgsvc.sources.stores.listing import AMAZONS, Listing
from imgsvc.sources.stores.source import StoreSource
from imgsvc.sources.stores.store import Order


@dataclass(slots=True)
class FakeStore:
    """Asks `server` for the key; after a refusal it asks once more if it `learns_from` that status."""

    listing: ClassVar[Listing] = AMAZONS
    server: SourceUrl
    learns_from: int = 0
    is_logged_in: bool = True
    asked: list[tuple[Key, Mapping[str, str]]] = field(default_factory=list)

    def check(self, container: str) -> None:
        """Only lower-case letters."""
        if not (container.isalpha() and container.islower()):
            raise SourceUnreachableError(f"{container!r} is no container")

    def ask(self, key: Key, headers: Mapping[str, str]) -> Ask:
        """Remember it."""
        self.asked.append((key, headers))
        return Ask(self.server.asking(f"/{key.key}"), {**headers, "authorization": "secret-signature"})

    def order(self, order: Order) -> Ask:
        """The same of what is to be done."""
        return Ask(self.server.asking(f"/{order.key.key}"), {}, order.method, order.body)

    def learns(self, key: Key, ask: Ask, refusal: Answer) -> bool:
        """As it was told."""
        return refusal.status == self.learns_from

    def login(self) -> str:
        """A word."""
        return "a word"

    def whereabouts(self, key: Key) -> str:
        """The server."""
        return self.server.origin


def store_source(store: FakeStore, timeout: float = 30, containers: Containers = Containers()) -> StoreSource:
    """A source of it."""
    return StoreSource(store, StoreClient(SourceSettings()), timeout, containers=containers)
