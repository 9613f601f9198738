"""All that is changed about gunicorn from outside, beyond what its documentation offers.

Each line relies on the inside of the version that requirements pin; tests/runtime/test_gunicorn_patches.py fails where
another version is another inside.
"""

import re
from collections.abc import Callable
from typing import Any

from gunicorn.http import message, wsgi

_TARGET_INVALID = re.compile(r"[\x00-\x20\x7f]")


def read_targets_in_utf8() -> None:
    """COMPAT: imgproxy takes a target as curl sends it; gunicorn's own pattern wants ASCII."""
    message.RFC9112_TARGET_INVALID = _TARGET_INVALID


def name_server(name: str) -> None:
    """Send this name: gunicorn drops a Server header that the application sets."""
    wsgi.SERVER = name


def freeze(cfg: Any) -> None:
    """PERF: gunicorn asks for its settings twenty times a request, each behind three calls."""
    cfg.__dict__.update({name: setting.get() for name, setting in cfg.settings.items()})


def expect_no_body(request: Any) -> None:
    """Bodies are not read: whoever asks before he sends one gets his answer at once (RFC 9110 10.1.1)."""
    request._expected_100_continue = False


def replace_reload(arbiter: Any, around: Callable[[Callable[[], None]], None]) -> None:
    """Let this arbiter's reloads be `around`, which is given gunicorn's own."""
    theirs = arbiter.reload
    arbiter.reload = lambda: around(theirs)
