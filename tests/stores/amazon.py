"""A real server of Amazon's kind, versitygw, and what is kept there, put by other code than that which is tested."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from time import gmtime, strftime

from tests.ports import free_port
from tests.sources.contract import BODY
from tests.stores.clouds import CONTAINER, ODD_KEYS, PICTURE, PICTURE_KEY, Cloud
from tests.stores.tools import asked, program, running

REGION = "eu-central-1"
KEY_ID, SECRET = "AKIDSTORES", "secret/of+the=stores"
# It keeps files: `a` cannot be one beside `a/b`, nor can `end/`.
KEPT = {"whole": BODY, PICTURE_KEY: PICTURE, **{key: key.encode() for key in ODD_KEYS if not key.endswith("/")}}
# Any other byte of a key is escaped.
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


@contextmanager
def amazon(folder: Path) -> Iterator[Cloud]:
    """versitygw over a folder, with versions; it checks signatures, their region and their time."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    objects, versions = folder / "objects", folder / "versions"
    objects.mkdir()
    versions.mkdir()
    access = ("--access", KEY_ID, "--secret", SECRET, "--region", REGION, "--port", f"127.0.0.1:{port}")
    with running([program("bin/versitygw"), *access, "posix", "--versioning-dir", str(versions), str(objects)], port):
        put(url, f"/{CONTAINER}")
        enabled = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        put(url, f"/{CONTAINER}", enabled, "versioning=")
        for key, body in KEPT.items():
            put_amazon(url, key, body)
        yield Cloud(url, {"USE_S3": "1", "S3_ENDPOINT": url})


def put_amazon(url: str, key: str, body: bytes) -> str:
    """Keep an object; its version."""
    path = "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in key.encode())
    return put(url, f"/{CONTAINER}/{path}", body).get("x-amz-version-id", "")


def put(url: str, path: str, body: bytes = b"", query: str = "") -> dict[str, str]:
    """A signed PUT, spelled out as Amazon documents it; the answer's headers."""
    now = strftime("%Y%m%dT%H%M%SZ", gmtime())
    host, digest = url.removeprefix("http://"), sha256(body).hexdigest()
    headers = {"host": host, "x-amz-content-sha256": digest, "x-amz-date": now}
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    scope = f"{now[:8]}/{REGION}/s3/aws4_request"
    request = sha256(f"PUT\n{path}\n{query}\n{lines}\n{names}\n{digest}".encode()).hexdigest()
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{request}".encode(), "sha256").hex()
    authorization = f"AWS4-HMAC-SHA256 Credential={KEY_ID}/{scope}, SignedHeaders={names}, Signature={signature}"
    target = f"{path}?{query}" if query else path
    # The client sends the host by itself.
    sent = {name: value for name, value in headers.items() if name != "host"} | {"authorization": authorization}
    status, got, said = asked(url, target, "PUT", sent, body)
    assert status == 200, said
    return got
