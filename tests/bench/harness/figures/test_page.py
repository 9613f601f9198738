import json

import pytest

from bench.figures import page
from bench.figures.memory import Memory, Peak, Pss, Service, read_memory
from tests.bench.harness.figures.made import results, slice_of


def test_the_page_shows_the_figures_that_are_kept():
    text = page.PAGE.read_text("utf-8")

    assert page.page(text) == text, "python -m bench.figures.page"


@pytest.mark.parametrize("name", page.NAMES)
def test_the_page_has_a_place_for_each(name):
    assert f"<!-- {name}: bench/" in page.PAGE.read_text("utf-8")


def test_results_that_were_kept_are_the_same_again():
    found = results(slice_of("imgsvc", 0, 300), slice_of("imgproxy", 0, 200))
    found.faults["J4", "imgsvc"] = "status 500"

    assert page.from_json(json.loads(json.dumps(page.as_json(found)))) == found


def test_memory_that_was_kept_is_the_same_again():
    peak = Peak("J1", Pss(3, 1), answers=5, wrong=0)
    service = Service("imgsvc", "0.1.0", Pss(1, 1), Pss(2, 1), (peak,), (peak,))
    found = Memory("a machine", "2026-11-29", 10.0, service, service)

    assert read_memory(json.loads(json.dumps(page.as_json(found)))) == found
