"""The real servers of Google's, Azure's and OpenStack's kind, and what is kept there.

Each has the objects of KEPT in the container `shop`, put there by other code than that which is tested.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from imgsvc.runtime.scope import Scope
from imgsvc.settings.env import Mistake, load
from imgsvc.source_url import SourceUrl
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import Fetched, Source, SourceRequest
from tests.images import encoded, quadrants
from tests.ports import free_port
from tests.sources.contract import BODY
from tests.stores.tools import asked, program, running

T = TypeVar("T")

CONTAINER = "shop"
# What a key may hold; each is read byte for byte.
ODD_KEYS = (
    *("a b.bin", "100%.bin", "a%20b.bin", "a+b.bin", "a#b.bin", "a/./b.bin", "a/../b.bin", "x//y.bin"),
    *("ä/日本.bin", "a&b=c;d,e.bin", "!*'()~$@:.bin", '"quoted".bin', "a\\b.bin", "end/"),
)
PICTURE_KEY = "pictures/a picture+ä.png"
PICTURE = encoded(quadrants())
KEPT: Mapping[str, bytes] = {"a": BODY, PICTURE_KEY: PICTURE, **{key: key.encode() for key in ODD_KEYS}}

AZURE_NAME = "devstoreaccount1"
# Azurite's own, which its documentation names.
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@dataclass(frozen=True, slots=True)
class Cloud:
    """A server, and what imgsvc's settings say of it."""

    url: str
    settings: Mapping[str, str] = field(repr=False)


@contextmanager
def google() -> Iterator[Cloud]:
    """fake-gcs-server, in memory; it takes any token, and none."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    where = ("-scheme=http", "-host=127.0.0.1", f"-port={port}", f"-public-host=127.0.0.1:{port}")
    with running([program("bin/fake-gcs-server"), "-backend=memory", *where], port):
        _put(url, "/storage/v1/b", "POST", {"content-type": "application/json"}, json.dumps({"name": CONTAINER}))
        for key, body in KEPT.items():
            put_google(url, key, body)
        yield Cloud(url, {"USE_GCS": "1", "GCS_ENDPOINT": f"{url}/storage/v1/"})


def put_google(url: str, key: str, body: bytes) -> str:
    """Keep an object; its generation."""
    target = f"/upload/storage/v1/b/{CONTAINER}/o?uploadType=media&name={quote(key, safe='')}"
    return str(json.loads(_put(url, target, "POST", {"content-type": "image/png"}, body)[1])["generation"])


@contextmanager
def azure() -> Iterator[Cloud]:
    """Azurite, in memory; it checks signatures."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    where = ("--blobHost", "127.0.0.1", "--blobPort", str(port))
    with running(
        [program("node_modules/.bin/azurite-blob"), *where, "--inMemoryPersistence", "--silent", "--disableTelemetry"],
        port,
    ):
        _put_azure(url, f"/{AZURE_NAME}/{CONTAINER}?restype=container", {}, b"")
        for key, body in KEPT.items():
            blob = {"x-ms-blob-type": "BlockBlob", "content-type": "image/png"}
            _put_azure(url, f"/{AZURE_NAME}/{CONTAINER}/{quote(key)}", blob, body)
        endpoint = {"ABS_ENDPOINT": f"{url}/{AZURE_NAME}", "ABS_NAME": AZURE_NAME}
        yield Cloud(url, {"USE_ABS": "1", **endpoint, "ABS_KEY": AZURE_KEY})


@contextmanager
def swift(folder: Path, *, token_seconds: int = 3600) -> Iterator[Cloud]:
    """Swift with tempauth, whose tokens live for so long."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with _swift_server(folder, port, str(token_seconds)):
        login = {"x-auth-user": "test:tester", "x-auth-key": "testing"}
        session = asked(url, "/auth/v1.0", "GET", login)[1]
        put_swift(session["x-storage-url"], session["x-auth-token"])
        user = {"SWIFT_USERNAME": "test:tester", "SWIFT_API_KEY": "testing"}
        yield Cloud(url, {"USE_SWIFT": "1", "SWIFT_AUTH_URL": f"{url}/auth/v1.0", **user})


@contextmanager
def keystone(folder: Path) -> Iterator[Cloud]:
    """Swift that asks Keystone whether a token is good, and Keystone, which knows where Swift is."""
    port, swift_port = free_port(), free_port()
    swift_url, url = f"http://127.0.0.1:{swift_port}", f"http://127.0.0.1:{port}/v3"
    (folder / "keystone").mkdir()
    server = _script("keystone_server.py", folder / "keystone", port, swift_url)
    with running(server, port, "ready"), _swift_server(folder / "swift", swift_port, "3600", url):
        storage, token = _keystone_session(f"http://127.0.0.1:{port}")
        put_swift(storage, token)
        user = {"SWIFT_USERNAME": "admin", "SWIFT_API_KEY": "secret", "SWIFT_TENANT": "admin"}
        yield Cloud(swift_url, {"USE_SWIFT": "1", "SWIFT_AUTH_URL": url, "SWIFT_DOMAIN": "Default", **user})


def put_swift(storage: str, token: str) -> None:
    """Keep the objects in an account."""
    host, _, account = storage.removeprefix("http://").partition("/")
    shown = {"x-auth-token": token, "content-type": "image/png"}
    _put(f"http://{host}", f"/{account}/{CONTAINER}", "PUT", shown)
    for key, body in KEPT.items():
        _put(f"http://{host}", f"/{account}/{CONTAINER}/{quote(key)}", "PUT", shown, body)


def _swift_server(folder: Path, port: int, *words: str) -> "contextmanager[None]":
    folder.mkdir(exist_ok=True)
    return running(_script("swift_server.py", folder, port, *words), port, "ready")


def _script(name: str, *words: object) -> list[str]:
    return [
        program("swift/bin/python"),
        "-W",
        "ignore",
        str(Path(__file__).parent / "programs" / name),
        *map(str, words),
    ]


def _keystone_session(url: str) -> tuple[str, str]:
    domain = {"name": "Default"}
    user = {"name": "admin", "domain": domain, "password": "secret"}
    scope = {"project": {"name": "admin", "domain": domain}}
    auth = {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}
    headers, body = _put(
        url, "/v3/auth/tokens", "POST", {"content-type": "application/json"}, json.dumps({"auth": auth})
    )
    services = {each["type"]: each["endpoints"] for each in json.loads(body)["token"]["catalog"]}
    storage = next(each["url"] for each in services["object-store"] if each["interface"] == "public")
    return storage, headers["x-subject-token"]


def _put_azure(url: str, target: str, headers: Mapping[str, str], body: bytes) -> None:
    own = {**headers, "x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-12-02"}
    path, _, query = target.partition("?")
    lines = [f"{name}:{own[name]}" for name in sorted(own) if name.startswith("x-ms-")]
    resource = "\n".join([f"/{AZURE_NAME}{path}", *(each.replace("=", ":") for each in query.split("&") if each)])
    length, kind = str(len(body) or ""), own.get("content-type", "")
    text = "\n".join(["PUT", "", "", length, "", kind, "", "", "", "", "", "", *lines, resource])
    signature = b64encode(digest(b64decode(AZURE_KEY), text.encode(), sha256)).decode()
    _put(url, target, "PUT", {**own, "authorization": f"SharedKey {AZURE_NAME}:{signature}"}, body)


def _put(
    url: str, target: str, method: str, headers: Mapping[str, str], body: bytes | str = b""
) -> tuple[dict[str, str], bytes]:
    sent = body.encode() if isinstance(body, str) else body
    status, found, answer = asked(url, target, method, dict(headers), sent)
    assert 200 <= status < 300, (status, target, answer[:500])
    return found, answer


def settings(owner: type[T], environ: Mapping[str, str]) -> T:
    """A section of the settings, from imgproxy's variables without their prefix."""
    mistakes: list[Mistake] = []
    found = load(owner, {f"IMGPROXY_{name}": value for name, value in environ.items()}, mistakes)
    assert not mistakes
    return found


def fetched(source: Source, url: str, **headers: str) -> Fetched:
    """What is there, with time for a machine that is busy."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return fetch(source, SourceRequest(SourceUrl.parse(url), named), Scope(60), 0)
