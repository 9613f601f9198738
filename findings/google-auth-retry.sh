#!/usr/bin/env bash
# google-auth asks a token endpoint that is busy again, and sleeps in between: no timeout that is given to it ends that.
cd "$(dirname "$0")" && . ./fresh.sh

# The transport is the caller's, and gets a timeout for each call; the pauses between the calls are the library's own
# (a second, and twice as long each time), whatever the answer's Retry-After says, and whatever time its caller has left.
packages google-auth==2.63.0
sees '503: 3 calls, asleep in between
429: 3 calls, asleep in between
400: 1 call' <<'PYTHON'
import time

from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials


class Answer:
    def __init__(self, status):
        self.status, self.headers = status, {"retry-after": "1", "content-type": "application/json"}
        self.data = b'{"error": "invalid_grant"}' if status == 400 else b'{"error": "busy"}'


def refresh(status):
    calls = []

    def transport(url, method="GET", body=None, headers=None, timeout=None, **_):
        calls.append(time.monotonic())
        return Answer(status)

    found = Credentials(None, refresh_token="r", token_uri="http://tokens.invalid/", client_id="c", client_secret="s")
    try:
        found.refresh(transport)
    except RefreshError:
        pass
    slept = calls[-1] - calls[0] > 0.5
    print(f"{status}: {len(calls)} call{'s' if len(calls) > 1 else ''}" + (", asleep in between" if slept else ""))


for each in (503, 429, 400):
    refresh(each)
PYTHON
