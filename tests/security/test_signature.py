from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.errors import MissingSignatureError, SignatureError
from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature

CURIOSITY = "/rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png"
EXAMPLE = "/rs:fit:300:300/plain/http://img.example.com/pretty/image.jpg"
LONG_KEY = bytes.fromhex("943b421c9eb07c830af81030552c86009268de4e532ba2ee2eab8247c6da0881")
LONG_SALT = bytes.fromhex("520f986b998545b4785e0defbc4f3c1203f22de2374a3d53cb7a7fe9fea309c5")
# spec/url.md §4.1: imgproxy's documentation, tests and client libraries.
EXAMPLES = [
    pytest.param(b"secret", b"hello", CURIOSITY, 32, "oKfUtW34Dvo2BGQehJFR4Nr0_rIjOtdtzJ3QFsUcXH8", id="1"),
    pytest.param(b"test-key", b"test-salt", "/rs:fill:4:4/plain/local:///test1.png", 32,
                 "My9d3xq_PYpVHsPrCyww0Kh1w5KZeZhIlWhsa4az1TI", id="2"),
    pytest.param(LONG_KEY, LONG_SALT, EXAMPLE, 32, "m3k5QADfcKPDj-SDI2AIogZbC3FlAXszuwhtWXYqavc", id="3"),
    pytest.param(LONG_KEY, LONG_SALT, EXAMPLE, 8, "m3k5QADfcKM", id="3b"),
    pytest.param(b"test-key", b"test-salt", "/asd", 32, "oWaL7QoW5TsgbuiS9-5-DI8S3Ibbo1gdB2SteJh3a20", id="4"),
    pytest.param(b"test-key", b"test-salt", "/asd", 8, "oWaL7QoW5Ts", id="4b"),
    pytest.param(b"test-key2", b"test-salt2", "/asd", 32, "jYz1UZ7j1BCdSzH3pZhaYf0iuz0vusoOTdqJsUT6WXI", id="4c"),
]  # fmt: skip


def signature(*pairs: tuple[bytes, bytes], size: int = 32, trusted: tuple[str, ...] = ()) -> Signature:
    return Signature(
        SignatureSettings(
            key=tuple(key for key, _ in pairs),
            salt=tuple(salt for _, salt in pairs),
            signature_size=size,
            trusted_signatures=trusted,
        )
    )


FIRST, SECOND = (b"test-key", b"test-salt"), (b"test-key2", b"test-salt2")
SIGNER = signature(FIRST)


@pytest.mark.parametrize(("key", "salt", "path", "size", "signed"), EXAMPLES)
def test_the_worked_examples_hold(key: bytes, salt: bytes, path: str, size: int, signed: str) -> None:
    signer = signature((key, salt), size=size)

    signer.verify(signed, path.removeprefix("/"))

    assert signer.sign(path) == signed


@given(st.text())
def test_what_is_signed_is_accepted(rest: str) -> None:
    SIGNER.verify(SIGNER.sign(f"/{rest}"), rest)


@given(st.text(min_size=1), st.data())
def test_a_changed_character_breaks_the_signature(rest: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(rest) - 1))
    other = data.draw(st.characters().filter(lambda character: character != rest[position]))

    with pytest.raises(SignatureError):
        SIGNER.verify(SIGNER.sign(f"/{rest}"), rest[:position] + other + rest[position + 1 :])


@given(st.text(st.characters(), max_size=60))
def test_any_other_text_is_no_signature(text: str) -> None:
    with pytest.raises(SignatureError):
        SIGNER.verify(text, "asd")


def test_any_pair_may_match() -> None:
    both = signature(FIRST, SECOND)

    both.verify(signature(FIRST).sign("/asd"), "asd")
    both.verify(signature(SECOND).sign("/asd"), "asd")


def test_a_key_goes_with_its_own_salt() -> None:
    crossed = signature((FIRST[0], SECOND[1]))

    with pytest.raises(SignatureError):
        signature(FIRST, SECOND).verify(crossed.sign("/asd"), "asd")


def test_the_first_pair_signs() -> None:
    assert signature(FIRST, SECOND).sign("/asd") == SIGNER.sign("/asd")


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda signed: f"{signed}=", id="padding"),
        pytest.param(lambda signed: signed.replace("-", "+"), id="the standard alphabet"),
        pytest.param(lambda signed: signed[:-1], id="a character less"),
        pytest.param(lambda signed: f"{signed}AA", id="two more"),
        pytest.param(lambda signed: signed[:11], id="a part of it"),
        pytest.param(lambda signed: signed.swapcase(), id="other letters"),
    ],
)
def test_a_signature_that_was_changed_is_refused(changed: object) -> None:
    assert callable(changed)

    with pytest.raises(SignatureError):
        SIGNER.verify(changed("oWaL7QoW5TsgbuiS9-5-DI8S3Ibbo1gdB2SteJh3a20"), "asd")


def test_a_whole_signature_is_refused_where_a_short_one_is_expected() -> None:
    with pytest.raises(SignatureError):
        signature(FIRST, size=8).verify(SIGNER.sign("/asd"), "asd")


def test_a_signature_that_was_cut_as_text_is_accepted() -> None:
    """Its last character has bits to spare, which Go does not look at; some clients cut like this."""
    short = signature((LONG_KEY, LONG_SALT), size=8)
    cut = signature((LONG_KEY, LONG_SALT)).sign(EXAMPLE)[:11]

    short.verify(cut, EXAMPLE.removeprefix("/"))

    assert cut != short.sign(EXAMPLE)


def test_a_trusted_signature_is_accepted_as_it_is() -> None:
    trusting = signature(FIRST, trusted=("partner",))

    trusting.verify("partner", "asd")

    with pytest.raises(SignatureError):
        trusting.verify("partne", "asd")


@pytest.mark.parametrize("word", ["unsafe", "_", "anything"])
def test_without_keys_any_word_is_a_signature(word: str) -> None:
    signature().verify(word, "asd")


def test_without_keys_an_option_is_no_signature() -> None:
    with pytest.raises(MissingSignatureError, match="probably an option"):
        signature().verify("rs:fit:1:1", "plain/http://x")


def test_with_keys_a_word_is_no_signature() -> None:
    with pytest.raises(SignatureError):
        SIGNER.verify("unsafe", "asd")


def test_without_keys_nothing_is_signed() -> None:
    with pytest.raises(ValueError, match="KEY and SALT are not set"):
        signature().sign("/asd")


@pytest.mark.parametrize("size", [1, 8, 31, 32])
def test_a_signature_holds_so_many_bytes(size: int) -> None:
    signed = signature(FIRST, size=size).sign("/asd")

    assert len(urlsafe_b64decode(signed + "=" * (-len(signed) % 4))) == size
