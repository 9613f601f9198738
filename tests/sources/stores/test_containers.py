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
