import random

import pytest

from imgsvc.errors import UrlError
from imgsvc.options.formats import Format
from imgsvc.url.table import OPTIONS
from tests.url.cases import parser
from tests.urls.__main__ import main
from tests.urls.sources import sources
from tests.urls.wishes import ROWS, wish


def test_there_are_sixty_sources_of_every_format() -> None:
    found = sources()

    words = {name.rpartition(".")[2] for name in found}
    assert len(found) == 60
    assert words == {each.word if each is not Format.JPEG else "jpg" for each in Format}


def test_most_wishes_are_understood_and_some_are_not() -> None:
    dice, reader = random.Random(1), parser()

    refused = 0
    for _ in range(300):
        try:
            reader.parse(f"{wish(dice)}/plain/local:///a.png")
        except UrlError:
            refused += 1

    assert 30 < refused < 150


def test_nearly_every_option_is_asked_for() -> None:
    left_out = {row.names[0] for row in OPTIONS} - {row.names[0] for row in ROWS}

    assert left_out >= {"raw", "expires"}
    assert len(left_out) <= 12


@pytest.mark.slow
def test_what_is_asked_of_a_real_server_has_no_findings() -> None:
    assert main(["--count", "40", "--seed", "5"]) == 0
