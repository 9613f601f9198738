from imgsvc.options.formats import Format
from imgsvc.warming.units import Outcome, Status, Wish


def test_a_wish_is_called_by_all_that_tells_it_from_others():
    assert Wish("card", "pr:card", "webp", frozenset({Format.AVIF})).label == "card@webp for avif"
    assert Wish("card", "pr:card").label == "card"


def test_what_is_saved_is_counted_against_a_source_in_place_of_each_rendition():
    made = Outcome("a", Status.MADE, source_bytes=1000, made={"card": 200, "thumb": 50})

    assert made.saved_bytes == 1750


def test_of_a_source_that_was_not_fetched_nothing_is_known_to_be_saved():
    assert Outcome("a", Status.KEPT).saved_bytes == 0
