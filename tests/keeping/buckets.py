"""A bucket of S3's kind in memory, behind a real socket, which a test may have misbehave."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote

from imgsvc.config import from_environment
from imgsvc.keeping.bucket import Bucket
from imgsvc.schemes import create_result_storage
from tests.misbehaving import Answer, Exchange, Origin, response

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDRESULTS", "AWS_SECRET_ACCESS_KEY": "hush-secret", "AWS_CONFIG_FILE": "/nowhere"}
LOCATION = "s3://results/kept"
_PREFIX = "/results/"
# Of a page of a list.
PAGE = 3


@dataclass(slots=True)
class MemoryBucket:
    """What is kept by name; `instead` answers in its place what it has an answer for."""

    kept: dict[str, bytes] = field(default_factory=dict)
    instead: Callable[[Exchange], Answer | None] = lambda _exchange: None

    def __call__(self, exchange: Exchange) -> None:
        if other := self.instead(exchange):
            other(exchange)
            return
        path, _, query = exchange.target.partition("?")
        name = unquote(path).removeprefix(_PREFIX)
        exchange.send(self._answered(method_of(exchange), name, query, exchange.body))

    def _answered(self, method: str, name: str, query: str, body: bytes) -> bytes:
        if method == "PUT":
            self.kept[name] = body
        elif method == "DELETE":
            self.kept.pop(name, None)
            return response(b"", 204)
        elif not name or query:
            return response(self._list(**{word: found[0] for word, found in parse_qs(query).items()}))
        elif name not in self.kept:
            return response(b"<Error><Code>NoSuchKey</Code></Error>", 404)
        else:
            return response(self.kept[name])
        return response(b"")

    def _list(self, prefix: str = "", delimiter: str = "", marker: str = "") -> bytes:
        def shown(name: str) -> str:
            head, slash, _ = name.removeprefix(prefix).partition(delimiter or "\0")
            return f"{prefix}{head}{slash}"

        names = sorted({shown(name) for name in self.kept if name.startswith(prefix)})
        found = [name for name in names if name > marker]
        keys = "".join(f"<Contents><Key>{each}</Key></Contents>" for each in found[:PAGE] if each[-1] != "/")
        folders = "".join(
            f"<CommonPrefixes><Prefix>{each}</Prefix></CommonPrefixes>" for each in found[:PAGE] if each[-1] == "/"
        )
        is_cut = f"<IsTruncated>{str(len(found) > PAGE).lower()}</IsTruncated>"
        return f"<ListBucketResult>{is_cut}{keys}{folders}</ListBucketResult>".encode()


def method_of(exchange: Exchange) -> str:
    """Of the request."""
    return exchange.head.split(" ", 1)[0]


def only(method: str, answer: Answer) -> Callable[[Exchange], Answer | None]:
    """Requests of this method have this answer."""
    return lambda exchange: answer if method_of(exchange) == method else None


def environ_of(origin: Origin) -> dict[str, str]:
    """The settings by which results are kept there."""
    return {**KEYS, "IMGSVC_S3_ENDPOINT": origin.url(""), "IMGSVC_RESULT_STORE": LOCATION}


@contextmanager
def bucket_in(memory: MemoryBucket) -> Iterator[Bucket]:
    """As a server has it."""
    with Origin({"*": memory}) as origin:
        found = create_result_storage(from_environment(environ_of(origin)))
        assert isinstance(found, Bucket)
        yield found
