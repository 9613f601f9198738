"""Twin of imgsvc/sources/stores/aws/found.py."""

from math import inf

from imgsvc.sources.stores.aws.found import Found
from imgsvc.sources.stores.aws.sigv4 import Credentials


def test_what_is_found_has_no_end_unless_it_is_lent_and_shows_no_secret() -> None:
    found = Found(Credentials("AKID", "hush", "hush"), "the environment")

    assert found.ends == inf
    assert "hush" not in repr(found)
