"""Who may use the playground."""

import pytest

from imgsvc.playground.access import MARK, Access
from imgsvc.security.settings import SignatureSettings

HOST = "127.0.0.1:8082"
OURS = {"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin", MARK: "1"}
DEMO = SignatureSettings(key=(b"demo-key",), salt=(b"demo-salt",))
REAL = SignatureSettings(key=(b"k",), salt=(b"s",))


def access(*, address: str = "127.0.0.1", secret: str = "", signature: SignatureSettings = DEMO) -> Access:
    return Access(address, secret, signature)


def reason(found: Access, **changes: str) -> str:
    """Why a call of our page with these headers is refused; empty where it is not."""
    refused = found.of_call({**OURS, **{name.replace("_", "-"): value for name, value in changes.items()}})
    return refused.reason if refused else ""


@pytest.mark.parametrize("signature", [DEMO, SignatureSettings()])
def test_the_demo_is_open_to_its_own_page_on_loopback(signature):
    assert reason(access(signature=signature)) == ""


@pytest.mark.parametrize("host", ["127.0.0.1:8082", "[::1]:8082", "localhost:8082", "192.168.0.7", "LOCALHOST"])
def test_an_address_is_answered(host):
    assert access().of_page({"host": host}) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example:8082",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.0.0.1:8082@evil.example",
        "[::1",
    ],
)
def test_a_name_that_may_have_been_rebound_is_not(host):
    refused = access().of_page({"host": host})

    assert refused
    assert "rebinding" in refused.reason


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:3000"),
        ("sec_fetch_site", "cross-site"),
        ("sec_fetch_site", "same-site"),
        ("host", "evil.example:8082"),
    ],
)
@pytest.mark.parametrize("secret", ["", "hush"])
def test_another_page_is_refused_even_with_the_secret(header, value, secret):
    assert reason(access(secret=secret), **{"authorization": "Bearer hush", header: value})


def test_a_request_that_any_page_could_send_is_refused():
    unmarked = {name: value for name, value in OURS.items() if name != MARK}

    assert access().of_call(unmarked)


def test_real_keys_without_a_secret_are_not_signed_with():
    assert "set SECRET" in reason(access(signature=REAL))


def test_one_real_key_beside_the_demo_s_counts():
    both = SignatureSettings(key=(b"demo-key", b"k"), salt=(b"demo-salt", b"s"))

    assert "set SECRET" in reason(access(signature=both))


def test_the_secret_opens_it():
    assert reason(access(signature=REAL, secret="hüsh"), authorization="Bearer hüsh".encode().decode("latin-1")) == ""


@pytest.mark.parametrize("given", ["", "hush", "Bearer ", "Bearer hus", "Bearer hushh", "bearer hush", "\0"])
def test_anything_but_the_secret_is_asked_for_it(given):
    refused = access(secret="hush").of_call({**OURS, "authorization": given})

    assert refused
    assert (refused.needs_secret, refused.status) == (True, 401)


def test_a_listener_that_others_reach_needs_a_secret():
    assert "no SECRET" in reason(access(address="0.0.0.0"))
    assert reason(access(address="0.0.0.0", secret="hush"), authorization="Bearer hush") == ""


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "via", "x_real_ip"])
def test_whoever_comes_through_a_proxy_is_asked_for_a_secret(header):
    assert "proxy" in reason(access(), **{header: "203.0.113.9"})
