"""Twin of imgsvc/sources/stores/containers.py."""

import pytest

from imgsvc.errors import SourceUnreachableError
from imgsvc.sources.stores.containers import Containers


@pytest.mark.parametrize("lists", [Containers(), Containers(allowed=("a", "b")), Containers(denied=("c", ""))])
def test_a_container_that_no_list_speaks_against_may_be_read(lists: Containers) -> None:
    lists.check("a")


@pytest.mark.parametrize(
    "lists", [Containers(allowed=("b",)), Containers(denied=("a",)), Containers(allowed=("a",), denied=("a",))]
)
def test_a_denial_outweighs_what_is_allowed_and_a_list_of_allowed_ones_is_all_there_is(lists: Containers) -> None:
    with pytest.raises(SourceUnreachableError):
        lists.check("a")


def test_an_empty_item_allows_nothing() -> None:
    with pytest.raises(SourceUnreachableError):
        Containers(allowed=("",)).check("a")


SHOP = Containers(allowed=("shop", "secret"), denied=("secret",))


@pytest.mark.parametrize(
    "key",
    [
        "../secret/a",
        "a/../../secret/a",
        "./../secret/a",
        "%2e%2E/secret/a",
        "..%2fsecret/a",
        "..\\secret\\a",
        "//../../secret/a",
    ],
)
def test_a_key_does_not_lead_to_a_container_that_is_denied(key: str) -> None:
    with pytest.raises(SourceUnreachableError, match="secret"):
        SHOP.check("shop", key)


@pytest.mark.parametrize("key", ["../other/a", "..", "../.."])
def test_nor_to_one_that_is_not_allowed(key: str) -> None:
    with pytest.raises(SourceUnreachableError):
        SHOP.check("shop", key)


@pytest.mark.parametrize("key", ["a", "a/../b", "a/..b/c", "...", "secret/../a", "../shop/a"])
def test_dots_that_stay_within_it_are_part_of_a_key(key: str) -> None:
    SHOP.check("shop", key)
