"""Servers that give credentials of AWS: an instance, a container's agent, STS."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from imgsvc.runtime.scope import Scope
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.asking import StoreClient
from tests.misbehaving import Answer, Exchange, Origin, response, says

T = TypeVar("T")

# Hours after the tests begin, whenever that is.
ENDS = (datetime.now(UTC) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
SECRET = "hush/secret+key="
TOKEN = "hush/token=="
ROLE = "arn:aws:iam::123456789012:role/reader"
ROLES = "/latest/meta-data/iam/security-credentials/"

GIVEN = json.dumps({"AccessKeyId": "AKIDLENT", "SecretAccessKey": SECRET, "Token": TOKEN, "Expiration": ENDS}).encode()
LENT = (
    f"<R><Credentials><AccessKeyId>AKIDLENT</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>"
    f"<SessionToken>{TOKEN}</SessionToken><Expiration>{ENDS}</Expiration></Credentials></R>"
).encode()


def of_instance(exchange: Exchange) -> None:
    """As IMDSv2 answers: to who has a token."""
    if exchange.head.startswith("PUT "):
        exchange.send(response(b"a-token"))
    elif exchange.headers.get("x-aws-ec2-metadata-token") != "a-token":
        exchange.send(response(b"", 401))
    else:
        exchange.send(response(b"reader" if exchange.target == ROLES else GIVEN))


def lends(exchange: Exchange) -> None:
    """As STS answers."""
    exchange.send(response(LENT))


@contextmanager
def sts(answer: Answer = lends) -> Iterator[Origin]:
    """Where roles are lent."""
    with Origin({"/": answer}) as origin:
        yield origin


def in_time(work: Callable[[StoreClient], T], seconds: float = 5) -> T:
    """What it gives, on a budget of so many seconds."""
    with spending(Budget(seconds, Scope(30))):
        return work(StoreClient(SourceSettings()))


refuses = says(b"<Code>AccessDenied</Code><Message>hush</Message>", 403)
