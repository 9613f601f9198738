"""What a server loads for a store: a few modules of its own and nothing else, for each start and worker pays it."""

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

ROOM = "imgsvc.sources.stores"
# What every store has.
SHARED = {f"{ROOM}.{name}" for name in ("asking", "containers", "listing", "renewing", "source", "store")}
TOKENS = {f"{ROOM}.{name}" for name in ("signing", "tokens")}
PROGRAM = """
import json, sys
from imgsvc.schemes import create_sources
from imgsvc.config import read
config, mistakes = read(json.loads(sys.argv[1]))
before = set(sys.modules)
create_sources(config, mistakes)
assert not mistakes, mistakes
print(json.dumps([sorted(before), sorted(set(sys.modules) - before)]))
"""


def loaded(environ: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """What was there before, and what the sources that are on have brought."""
    own = {f"IMGSVC_{name}": value for name, value in environ.items()}
    # Nobody's own files.
    own |= {"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere", "CLOUDSDK_CONFIG": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", PROGRAM, json.dumps(own)], capture_output=True, text=True, check=True)
    before, since = json.loads(done.stdout)
    return set(before), set(since)


def of(room: str, *names: str) -> set[str]:
    """Modules of a store's room."""
    return {f"{ROOM}.{room}.{name}" for name in names}


AWS = SHARED | {f"{ROOM}.keyed"} | of("aws", "building", "endpoints", "found", "s3", "sigv4")
GOOGLE = SHARED | TOKENS | of("google", "building", "credentials", "gcs")
AZURE = SHARED | TOKENS | of("azure", "blob", "building", "credentials")
SWIFT = SHARED | of("openstack", "building", "login", "swift")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"USE_S3": "1", "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B"}, AWS),
        ({"USE_S3": "1"}, AWS),
        ({"USE_S3": "1", "S3_ASSUME_ROLE_ARN": "arn:aws:iam::1:role/a"}, AWS),
        ({"USE_GCS": "1"}, GOOGLE),
        ({"USE_ABS": "1", "ABS_NAME": "account"}, AZURE | {f"{ROOM}.keyed"} | of("azure", "signing")),
        ({"USE_SWIFT": "1", "SWIFT_AUTH_URL": "http://a.example/v3"}, SWIFT),
    ],
)
def test_a_store_that_is_on_loads_its_own_modules_and_of_pythons_and_others_none(
    environ: Mapping[str, str], expected: set[str]
) -> None:
    _, since = loaded(environ)

    assert since == expected


def test_of_a_store_that_is_off_nothing_is_loaded_but_what_its_settings_need() -> None:
    before, since = loaded({})
    rooms = {name for name in before if name.startswith(f"{ROOM}.")}

    assert since == set()
    assert {name for name in rooms if name.count(".") == 4} == {
        f"{ROOM}.{room}.settings" for room in ("aws", "azure", "google", "openstack")
    }
    assert {name for name in rooms if name.count(".") == 3} == {
        f"{ROOM}.{name}" for name in ("aws", "azure", "google", "openstack", "targets")
    }
