import re
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.errors import SourceUrlError
from imgsvc.options.formats import Format
from imgsvc.security.encryption import SourceCipher
from imgsvc.source_url import SourceUrl
from imgsvc.url.arguments import unpadded_base64
from imgsvc.url.encrypted import EncryptedSources
from imgsvc.url.parse import Parser
from imgsvc.url.settings import UrlSettings
from tests.url.cases import NOW

CIPHER = SourceCipher(bytes(range(32)))
URL = "http://example.com/a.jpg"
SCHEMES = frozenset({"http", "https", "local"})


def payload(url: str) -> str:
    return unpadded_base64(CIPHER.encrypted(url))


def parser(**settings: object) -> Parser:
    return Parser(UrlSettings(**settings), now=lambda: NOW, decrypt=CIPHER.decrypted, schemes=SCHEMES)


# Of each way to be wrong one of about the same length.
WRONG = {
    "no base64": payload(URL)[:9] + "!" + payload(URL)[10:],
    "no whole block": payload(URL)[:-4],
    "no padding": payload(URL)[:-6] + "AAAAAA",
    "no scheme": payload("example.com/images/a.jpg"),
    "a scheme that is not served": payload("gopher://example.com/a.j"),
    "no host": payload("http:///images/a.jpg"),
    "a host that is none": payload("http://exa mple.com/a.jp"),
    "nothing": payload(""),
}


def test_an_encrypted_source_url_is_read() -> None:
    found = parser().parse(f"w:9/enc/{payload(URL)}").source

    assert (found, found.is_secret) == (SourceUrl.parse(URL), True)


def test_people_are_shown_the_vector_alone() -> None:
    found = parser().parse(f"w:9/enc/{payload(URL)}").source

    assert str(found) == f"enc/{payload(URL)[:22]}..."
    assert "example" not in f"{found} {found!r} {found.told_origin}"


@pytest.mark.parametrize("text", ["{}.webp", "{}.webp/cat.png"])
def test_an_extension_follows_it_as_base64(text: str) -> None:
    reader = parser(base64_url_includes_filename="/" in text)

    assert reader.parse(f"w:9/enc/{text.format(payload(URL))}").options.format is Format.WEBP


def test_it_may_be_cut_by_slashes_anywhere() -> None:
    cut = "/".join(re.findall(".{1,7}", payload(URL)))

    assert parser().parse(f"enc/{cut}").source == SourceUrl.parse(URL)


def test_it_is_rewritten_as_any_other() -> None:
    reader = parser(base_url="http://example.com/")

    assert reader.parse(f"enc/{payload('a.jpg')}").source == SourceUrl.parse(URL)


def test_without_a_key_there_is_none() -> None:
    with pytest.raises(SourceUrlError, match="SOURCE_URL_ENCRYPTION_KEY is not set"):
        Parser(UrlSettings(), now=lambda: NOW).parse(f"enc/{payload(URL)}")


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_whatever_is_wrong_with_it_is_one_error(wrong: str) -> None:
    with pytest.raises(SourceUrlError) as caught:
        parser().parse(f"enc/{wrong}")

    assert str(caught.value) == "the encrypted source URL is not base64, or not of this key, or none that is served"
    assert caught.value.__context__ is None


@pytest.mark.parametrize("data", [None, b"", b"http://example.com/\xff"], ids=["no payload", "nothing", "no UTF-8"])
def test_what_is_wrong_is_refused_under_a_base_url_too(data: bytes | None) -> None:
    sources = EncryptedSources(lambda _: data, lambda url: f"http://example.com/{url}", SCHEMES)

    with pytest.raises(SourceUrlError):
        sources.read(payload(URL))


@given(text=st.text(st.sampled_from("AZaz09-_=!"), min_size=1, max_size=90))
def test_any_text_is_a_source_or_one_error(text: str) -> None:
    with suppress(SourceUrlError):
        assert parser().parse(f"enc/{text}").source.is_secret


class Counted:
    """What is done for a payload, written down."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.sources = EncryptedSources(self.decrypt, self.rewritten, SCHEMES)

    def decrypt(self, data: bytes) -> bytes | None:
        self.done.append("decrypted")
        return CIPHER.decrypted(data)

    def rewritten(self, url: str) -> str:
        self.done.append("rewritten")
        return url


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_as_much_is_done_for_what_is_wrong_as_for_what_is_right(wrong: str) -> None:
    counted = Counted()

    with suppress(SourceUrlError):
        counted.sources.read(wrong)

    assert counted.done == ["decrypted", "rewritten"]


def instructions(reader: Parser, path: str) -> int:
    """How many of Python's instructions it takes to refuse a path: what a clock would tell on a machine of its own."""
    done = 0

    def trace(frame, event: str, _argument: object):
        nonlocal done
        frame.f_trace_opcodes = True
        done += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with suppress(SourceUrlError):
            reader.parse(path)
    finally:
        sys.settrace(before)
    return done


def test_what_is_wrong_with_a_payload_cannot_be_told_by_the_time() -> None:
    # imgproxy's own example, of which the last bit is another.
    whole = "p5VjorNdhs7mRRw8gA9TWoRlGci3l1kuzqN43UQlRaRIQ0qtBKW3qFABIsx-ZRz_cVc8iVTYbhsNsxNBL1BHaA"
    wrong = [whole[:20] + "!" + whole[21:], whole, payload("http://exa mple.com/images/curiosity.jp")]
    reader, paths = parser(), [f"rs:fit:300:300/g:sm/q:70/enc/{each}" for each in wrong]
    instructions(reader, paths[0])  # what is read once

    took = [instructions(reader, path) for path in paths]

    assert max(took) < 1.05 * min(took)
