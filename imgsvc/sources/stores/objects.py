"""Objects of one container that are ours: read, kept, deleted and listed, each within so many seconds."""

from collections.abc import Iterator
from typing import NamedTuple

from imgsvc.errors import SourceStatusError, SourceTooLargeError
from imgsvc.runtime.scope import Scope
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.keys import Key
from imgsvc.sources.network.body import incomplete, length
from imgsvc.sources.source import Stream
from imgsvc.sources.stores.asking import Answer, StoreClient
from imgsvc.sources.stores.source import beginning, refusal_code
from imgsvc.sources.stores.store import Order, Store

# Of one page of a list: a thousand names, or Swift's ten thousand.
_MOST_LIST_BYTES = 16 << 20


class Objects(NamedTuple):
    """Those below `prefix`, which is empty or ends with a slash; any number of threads may use it.

    What fails is an error of the catalogue.
    """

    store: Store
    client: StoreClient
    container: str
    prefix: str = ""

    def get(self, name: str, seconds: float, most_bytes: int) -> bytes | None:
        """What is kept under a name; None where that is nothing, or more than ours would be."""
        try:
            with spending(_budget(seconds)):
                answer = self._asked(Order(self._key(name)), most_bytes)
        except SourceTooLargeError:
            return None
        if answer.status in (404, 410):
            return None
        self._check(answer, 200)
        return answer.body

    def put(self, name: str, data: bytes, seconds: float) -> None:
        """Keep it, in place of what was there before."""
        with spending(_budget(seconds)):
            self._check(self._asked(Order(self._key(name), "PUT", body=data)), 200, 201)

    def delete(self, name: str, seconds: float) -> None:
        """Delete it, if it is there."""
        with spending(_budget(seconds)):
            self._check(self._asked(Order(self._key(name), "DELETE")), 200, 202, 204, 404, 410)

    def names(self, folder: str, seconds: float, *, is_deep: bool = True) -> Iterator[str]:
        """All below a folder; or what is in it, folders with their slash. So many seconds for each page."""
        begin, delimiter = self.prefix + folder, "" if is_deep else "/"
        after, told = "", {""}
        while True:
            query = self.store.listing.query(begin, delimiter, after)
            with spending(_budget(seconds)):
                answer = self._asked(Order(Key(self.container, ""), query=query), _MOST_LIST_BYTES)
            self._check(answer, 200, 204)
            page = self.store.listing.read(answer.body)
            yield from (each[len(self.prefix) :] for each in page.names if each.startswith(begin))
            # A store that goes round in circles does not keep us.
            if page.after in told:
                return
            told.add(after := page.after)

    def _key(self, name: str) -> Key:
        return Key(self.container, f"{self.prefix}{name}")

    def _asked(self, order: Order, most_bytes: int = 0) -> Answer:
        """The answer, whole if it is what was asked for; once more where the store learns of a refusal."""
        ask = self.store.order(order)
        answer = self.client.whole(ask, self, most_bytes) if most_bytes else None
        if answer is None:
            with self.client.send(ask, self) as stream:
                answer = _read(stream, most_bytes)
        if not self.store.learns(order.key, ask, answer):
            return answer
        with self.client.send(self.store.order(order), self) as stream:
            return _read(stream, most_bytes)

    def _check(self, answer: Answer, *good: int) -> None:
        if answer.status in good:
            return
        # SECURITY: as of all refusals, the code alone.
        said = f"{self} answered {answer.status} {refusal_code(answer).decode()}".rstrip()
        raise SourceStatusError(said, status=answer.status)

    def __str__(self) -> str:
        return f"the container {self.container}"


def _budget(seconds: float) -> Budget:
    # It ends before the scope does, which would call the time the request's.
    return Budget(seconds, Scope(2 * seconds))


def _read(stream: Stream, most_bytes: int) -> Answer:
    """The whole of what is there, at most `most_bytes`; of what is not there the beginning, for its reason."""
    if stream.status != 200 or not most_bytes:
        return Answer(stream.status, stream.headers, beginning(stream))
    told, body = length(stream.headers) or 0, bytearray()
    if told > most_bytes:
        raise SourceTooLargeError(f"{told} bytes; {most_bytes} are allowed")
    for chunk in stream.chunks():
        body += chunk
        if len(body) > most_bytes:
            raise SourceTooLargeError(f"more than the {most_bytes} bytes that are allowed")
    if len(body) < told:
        raise incomplete(told, len(body))
    return Answer(stream.status, stream.headers, bytes(body))
