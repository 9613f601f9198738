"""Amazon S3, and what speaks like it: an object's request, signed, and what is learned where it is refused."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from hashlib import sha256

from imgsvc.sources.keys import Key
from imgsvc.sources.stores.asking import Answer, Ask
from imgsvc.sources.stores.aws.endpoints import Endpoints, Place
from imgsvc.sources.stores.aws.found import Found
from imgsvc.sources.stores.aws.settings import REGION
from imgsvc.sources.stores.aws.sigv4 import Signer
from imgsvc.sources.stores.listing import AMAZONS, spelled
from imgsvc.sources.stores.renewing import Renewed
from imgsvc.sources.stores.store import Order

# Buckets whose region is another than the one of the settings.
_REMEMBERED = 1024
_IN_THE_WRONG_REGION = frozenset({301, 302, 307, 400, 403})
# PERF: as in source.py.
_REGION_IN_BODY = rb"<Region>([a-z0-9-]{1,40})</Region>"
_CODE = rb"<Code>([A-Za-z]+)</Code>"
_ENDED = frozenset({b"ExpiredToken", b"InvalidToken", b"TokenRefreshRequired", b"InvalidAccessKeyId"})
_SKEWED = b"RequestTimeTooSkewed"
# A proxy may change it on the way.
_UNSIGNED = "accept-encoding"
_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})


class S3:
    """A store; `region` is that of buckets of which nothing else is known."""

    listing = AMAZONS

    def __init__(
        self,
        endpoints: Endpoints,
        region: str,
        credentials: Renewed[Found],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._endpoints = endpoints
        self._region = region
        self._credentials = credentials
        self._clock = clock
        self._regions: dict[str, str] = {}
        self._lock = threading.Lock()
        # Seconds that the store's clock is ahead of ours.
        self._skew = 0.0

    @property
    def is_logged_in(self) -> bool:
        """Whether there are credentials, or none are needed."""
        return self._credentials.is_good

    def check(self, container: str) -> None:
        """Raise SourceUnreachableError where that is no bucket."""
        self._endpoints.check(container)

    def ask(self, key: Key, headers: Mapping[str, str]) -> Ask:
        """The request for an object; not signed where nothing gives credentials and that is meant."""
        place = self._place(key)
        target = place.target(key)
        given, unsigned = _parted(headers) if headers else ({}, {})
        found = self._credentials.get()
        if found.credentials:
            signer = Signer(found.credentials, place.region, place.service)
            given = signer.sign("GET", place.host, target, given, self._clock() + self._skew)
        return Ask(place.server, given | unsigned, login=(found, place.region), target=target)

    def order(self, order: Order) -> Ask:
        """The request that does this."""
        place = self._place(order.key)
        query = f"?{spelled(order.query)}" if order.query else ""
        target, headers, found = f"{place.target(order.key)}{query}", {}, self._credentials.get()
        if found.credentials:
            signer, now = Signer(found.credentials, place.region, place.service), self._clock() + self._skew
            digest = sha256(order.body).hexdigest()
            headers = signer.sign(order.method, place.host, target, {}, now, digest)
        login = found, place.region
        return Ask(place.server, headers, order.method, order.body, login=login, target=target)

    def learns(self, key: Key, ask: Ask, refusal: Answer) -> bool:
        """Another region, that the credentials have ended, or what time it is there."""
        if not isinstance(ask.login, tuple):
            return False
        found, region = ask.login
        if (told := _region(refusal)) and told != region:
            return self._remember(key.container, told)
        code = re.search(_CODE, refusal.body)
        if code and code[1] in _ENDED:
            return self._credentials.refused(found)
        return bool(code and code[1] == _SKEWED) and self._sets_its_clock(refusal)

    def login(self) -> str:
        """Have credentials; where they are from."""
        return self._credentials.get().where

    def whereabouts(self, key: Key) -> str:
        """Server and region."""
        place = self._place(key)
        return f"{place.server.origin}{place.prefix} in region {place.region}"

    def _place(self, key: Key) -> Place:
        return self._endpoints.place(key.container, self._regions.get(key.container, self._region))

    def _remember(self, bucket: str, region: str) -> bool:
        if bucket in self._endpoints.access_points:
            return False
        with self._lock:
            self._regions.pop(bucket, None)
            while len(self._regions) >= _REMEMBERED:
                del self._regions[next(iter(self._regions))]
            self._regions[bucket] = region
        return True

    def _sets_its_clock(self, refusal: Answer) -> bool:
        """S3 takes what is signed within a quarter of an hour of its own time, which its answer says."""
        try:
            there = parsedate_to_datetime(refusal.headers.get("date", "")).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            return False
        skew = there - self._clock()
        is_new = abs(skew - self._skew) > 1
        self._skew = skew
        return is_new


def _parted(headers: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What is signed of a client's headers, and what is not; COMPAT: with a range, imgproxy sends no conditions."""
    left_out = _CONDITIONS if "range" in headers else frozenset()
    signed = {name: headers[name] for name in headers if name != _UNSIGNED and name not in left_out}
    return signed, {name: headers[name] for name in headers if name == _UNSIGNED}


def _region(refusal: Answer) -> str:
    """The region that a refusal names, for the request was signed for another or sent to another."""
    if refusal.status not in _IN_THE_WRONG_REGION:
        return ""
    if told := refusal.headers.get("x-amz-bucket-region", ""):
        return told if REGION.fullmatch(told) else ""
    found = re.search(_REGION_IN_BODY, refusal.body)
    return found[1].decode() if found else ""
