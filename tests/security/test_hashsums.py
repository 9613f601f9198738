import hashlib

import pytest

from imgsvc.errors import HashsumError
from imgsvc.options.hashsum import DIGITS, Hashsum
from imgsvc.security.hashsums import check_hashsum


@pytest.mark.parametrize("type_", DIGITS)
def test_a_source_has_the_digest_that_its_url_names(type_: str) -> None:
    check_hashsum(b"cat", Hashsum(type_, hashlib.new(type_, b"cat").hexdigest()))


@pytest.mark.parametrize("type_", DIGITS)
def test_other_bytes_are_refused(type_: str) -> None:
    with pytest.raises(HashsumError, match=hashlib.new(type_, b"dog").hexdigest()):
        check_hashsum(b"dog", Hashsum(type_, hashlib.new(type_, b"cat").hexdigest()))


def test_where_nothing_is_named_nothing_is_refused() -> None:
    check_hashsum(b"dog", Hashsum())
