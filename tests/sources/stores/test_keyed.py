"""Twin of imgsvc/sources/stores/keyed.py: against Python's own."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from imgsvc.sources.stores.keyed import Sha256Hmac
from tests.interpreter import at_once


@given(st.binary(max_size=200), st.text())
def test_it_is_the_hmac_of_python(key: bytes, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass") if text.isascii() else text.encode("utf-8", "ignore")

    assert Sha256Hmac(key).digest(data.decode()) == hmac.digest(key, data, "sha256")


def test_a_key_may_be_used_by_many_threads() -> None:
    keyed, expected = Sha256Hmac(b"key"), hmac.digest(b"key", b"text" * 1000, "sha256")

    found = at_once(lambda _: [keyed.digest("text" * 1000) for _ in range(20)], 16)

    assert all(each.result() == [expected] * 20 for each in found)
