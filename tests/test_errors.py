import re
from collections.abc import Iterator

import pytest

from imgsvc import errors
from imgsvc.errors import RenderingError


def catalogue(parent: type[RenderingError] = RenderingError) -> Iterator[type[RenderingError]]:
    for each in parent.__subclasses__():
        yield each
        yield from catalogue(each)


every_error = pytest.mark.parametrize("error", list(catalogue()), ids=lambda error: error.__name__)


@every_error
def test_an_error_says_its_cause_in_one_sentence(error: type[RenderingError]) -> None:
    assert (error.__doc__ or "").endswith(".")
    assert error.__doc__ != error.__mro__[1].__doc__


@every_error
def test_an_error_has_a_status_that_is_one(error: type[RenderingError]) -> None:
    assert 400 <= error.status <= 599


@every_error
def test_the_client_reads_no_url_path_or_setting(error: type[RenderingError]) -> None:
    assert not re.search(r"://|/|_|\d", error.public)


@every_error
def test_the_operator_reads_what_to_do(error: type[RenderingError]) -> None:
    assert error.remedy.endswith(".")


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    named = set(re.findall(r"\b\w+Error\b", errors.__doc__ or ""))

    assert named == {each.__name__ for each in catalogue()} | {"RenderingError"}


def test_a_source_error_keeps_the_sources_status() -> None:
    assert errors.SourceStatusError("GET x: 451", status=451).status == 451


def test_a_source_that_was_not_found_at_all_may_get_a_fallback() -> None:
    assert errors.SourceUnreachableError("no route").at_start
