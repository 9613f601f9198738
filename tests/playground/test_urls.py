"""A URL and the form that is filled by it say the same."""

from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest

from imgsvc.app import create_parser
from imgsvc.config import Config
from imgsvc.errors import PathError, UnknownOptionError
from imgsvc.playground.urls import Urls, Wish, told
from imgsvc.security.encryption import SourceCipher
from imgsvc.security.settings import EncryptionSettings, SignatureSettings
from imgsvc.url.path import split_path
from tests.playground.specified import spec_paths, urls


@pytest.mark.parametrize("path", spec_paths())
def test_a_url_of_the_specification_comes_back_as_it_was_meant(path):
    found = urls()

    written = found.write(found.read(path))

    assert found.parser.parse(split_path(f"/_{written}").rest) == found.parser.parse(split_path(path).rest)


def test_more_than_two_hundred_are_tried():
    assert len(spec_paths()) > 200


def test_options_come_back_as_they_were_typed():
    wish = urls().read("http://img.example:8080/sig/w:300/pr:thumb/q:80/plain/http://x/a.jpg@webp")

    assert wish == Wish(("w:300", "pr:thumb", "q:80"), "http://x/a.jpg", "webp", base64=False)
    assert urls().write(wish) == "/w:300/pr:thumb/q:80/plain/http://x/a.jpg@webp"


def test_a_source_in_base64_stays_so():
    wish = urls().read("/_/w:300/aHR0cDovL3gvYS5qcGc.png")

    assert (wish.source, wish.base64) == ("http://x/a.jpg", True)
    assert urls().write(wish) == "/w:300/aHR0cDovL3gvYS5qcGc.png"


def test_a_source_that_is_encrypted_stays_so():
    key = bytes(range(32))
    config = replace(Config(), encryption=EncryptionSettings(source_url_encryption_key=key))
    payload = urlsafe_b64encode(SourceCipher(key).encrypted("http://x/hush.jpg")).rstrip(b"=").decode()
    found = Urls.of(config, create_parser(config))

    wish = found.read(f"/_/w:300/enc/{payload}.png")

    assert (wish.source, wish.extension, wish.encrypted) == (payload, "png", True)
    assert found.write(wish) == f"/w:300/enc/{payload}.png"


def test_shortened_it_means_the_same_in_fewer_words():
    shortest = urls().shortest(Wish(("resize:fit:300:0:0:0", "quality:80", "blur:0"), "http://x/a.jpg"))

    assert shortest.uses == ("rs:fit:300", "q:80")


def test_an_option_that_there_is_not_is_told_as_the_operator_reads_it():
    with pytest.raises(UnknownOptionError) as raised:
        urls().read("/_/nosuch:1/plain/http://x/a.jpg")

    assert told(raised.value)["text"] == "there is no processing option 'nosuch'"
    assert "docs/url.md" in told(raised.value)["remedy"]


def test_what_is_no_url_is_said_to_be_none():
    with pytest.raises(PathError):
        urls().read("meadow.jpg")


def test_a_prefix_is_before_the_signature_and_may_be_left_out():
    found = urls(path_prefix="/img")

    assert found.read("/img/_/w:3/plain/http://x/a.jpg") == found.read("/_/w:3/plain/http://x/a.jpg")
    assert found.signed("/w:3/plain/http://x/a.jpg").startswith("/img/unsafe/w:3/")


def test_a_trusted_signature_of_the_operator_is_not_shown():
    keys = SignatureSettings(key=(b"k",), salt=(b"s",), trusted_signatures=("hush",))

    assert urls(signature=keys).plain("/w:3/plain/x") == ""
    assert "hush" not in urls(signature=keys).signed("/w:3/plain/x")


@pytest.mark.parametrize("sent", [{"uses": "w:1"}, {"uses": [1]}, {"source": None}])
def test_a_wish_of_another_shape_is_refused(sent):
    with pytest.raises(ValueError, match="a wish is"):
        Wish.from_json(sent)
