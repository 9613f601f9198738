"""An env file of imgproxy's for each store, as its documentation sets one up, read by a real server as it is."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from imgsvc.config import read, unused_variables
from imgsvc.settings.environment import environment
from tests.images import opened
from tests.misbehaving import Origin
from tests.serving.server import Server
from tests.sources.stores.desks import HUSH, token
from tests.stores.amazon import amazon
from tests.stores.clouds import ODD_KEYS, PICTURE, PICTURE_KEY, Cloud, azure, google, swift

FOLDER = Path(__file__).parent / "moved"
NAMES = ("s3", "gcs", "abs", "swift")
SCHEMES = {"s3": "s3", "gcs": "gs", "abs": "abs", "swift": "swift"}
SECRETS = ("secret/of+the=stores", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq", HUSH, "testing")


def environ_of(name: str, folder: Path, **words: str) -> dict[str, str]:
    """What the server has in its environment: where the file is, and what stands for the words in it."""
    text = (FOLDER / f"{name}.env").read_text("utf-8")
    file = folder / f"{name}.env"
    file.write_text(text.replace("$KEY_FILE", words.pop("KEY_FILE", "")), "utf-8")
    return {"IMGPROXY_ENV_LOCAL_FILE_PATH": str(file), **words}


@pytest.mark.parametrize("name", NAMES)
def test_each_variable_of_it_is_read_or_said_to_do_nothing(name: str, tmp_path: Path) -> None:
    environ = environment(environ_of(name, tmp_path, STORE="127.0.0.1:1", KEY_FILE='{"type": "service_account"}'))

    _, mistakes = read(environ)
    unused = " ".join(unused_variables(environ))

    assert mistakes == []
    assert ("IMGRPOXY_SWIFT_TIMEOUT_SECONDS" in unused) is (name == "swift")
    assert "IMGPROXY_" not in unused.replace("IMGPROXY_SWIFT_TIMEOUT_SECONDS", "")


@dataclass(frozen=True, slots=True)
class Moved:
    """A real server with such a file; `name` is the store's."""

    name: str
    server: Server

    def ask(self, key: str, *, bucket: str = "shop", options: str = "rs:fit:20:20") -> tuple[int, bytes]:
        """Status and body."""
        url = f"{SCHEMES[self.name]}://{bucket}/{key}"
        answer = self.server.get(f"/_/{options}/plain/{quote(url, safe='')}")
        return answer.status_code, answer.content


@contextmanager
def key_file(desk: Origin) -> Iterator[str]:
    """A service account's key, in one line."""
    pytest.importorskip("google.auth", reason="google-auth is not installed; ./check stores installs it")
    made = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA"], capture_output=True, text=True, check=True)
    info = {"type": "service_account", "client_email": "reader@shop.iam.gserviceaccount.com", "private_key_id": "1"}
    yield json.dumps({**info, "private_key": made.stdout, "token_uri": desk.url("/token")})


@pytest.fixture(scope="module", name="moved", params=NAMES)
def _moved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    name, folder = request.param, tmp_path_factory.mktemp("moved")
    with ExitStack() as held:
        words: dict[str, str] = {}
        if name == "gcs":
            desk = held.enter_context(Origin({"/token": token()}))
            words["KEY_FILE"] = held.enter_context(key_file(desk))
        cloud = held.enter_context(_cloud(name, folder))
        words["STORE"] = cloud.url.removeprefix("http://")
        yield Moved(
            name, held.enter_context(Server({"IMGSVC_LOG_LEVEL": "debug", **environ_of(name, folder, **words)}))
        )


@contextmanager
def _cloud(name: str, folder: Path) -> Iterator[Cloud]:
    made = {"s3": lambda: amazon(folder), "gcs": google, "abs": azure, "swift": lambda: swift(folder)}
    with made[name]() as cloud:
        yield cloud


@pytest.mark.slow
def test_a_picture_is_made_of_what_the_store_has(moved: Moved) -> None:
    status, body = moved.ask(PICTURE_KEY)

    assert (status, opened(body).size) == (200, (20, 10))


@pytest.mark.slow
def test_a_raw_picture_is_what_the_store_has(moved: Moved) -> None:
    assert moved.ask(PICTURE_KEY, options="raw:1") == (200, PICTURE)


@pytest.mark.slow
def test_a_key_comes_byte_for_byte_from_the_url_to_the_store(moved: Moved) -> None:
    kept = [key for key in ODD_KEYS if not (moved.name == "s3" and key.endswith("/"))]

    found = {key: moved.ask(key, options="raw:1") for key in kept}

    assert found == {key: (200, key.encode()) for key in kept}


@pytest.mark.slow
@pytest.mark.parametrize(
    "bucket",
    ["secret", "SECRET", "secret.", "%73ecret", "secret%2F", "/secret", "shop/../secret", "other", "shop@secret"],
)
def test_a_bucket_that_is_denied_or_not_allowed_is_read_by_no_spelling(moved: Moved, bucket: str) -> None:
    status, body = moved.ask(PICTURE_KEY, bucket=bucket, options="raw:1")

    assert (status, PICTURE in body) == (404, False)


@pytest.mark.slow
def test_what_is_missing_is_404(moved: Moved) -> None:
    assert moved.ask("missing.png")[0] == 404


@pytest.mark.slow
def test_a_copy_that_is_good_is_304(moved: Moved) -> None:
    path = f"/_/raw:1/plain/{quote(f'{SCHEMES[moved.name]}://shop/{PICTURE_KEY}', safe='')}"
    tag = moved.server.get(path).headers["ETag"]

    assert moved.server.get(path, **{"If-None-Match": tag}).status_code == 304


@pytest.mark.slow
def test_no_secret_is_in_its_log(moved: Moved) -> None:
    moved.ask(PICTURE_KEY)
    moved.ask("missing.png")
    written = moved.server.log()

    assert "missing.png" in written
    assert [each for each in _secrets(moved.name) if each in written] == []


def _secrets(name: str) -> Mapping[str, None]:
    """Those of its file; Swift's is a word that a path may hold as well."""
    return dict.fromkeys(SECRETS if name != "swift" else SECRETS[:-1])
