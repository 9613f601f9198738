import json

import pytest

from bench.figures import page
from bench.figures.large import Crowd, Large, LargeRow, Taken, Together, read_large, read_together
from bench.figures.memory import Memory, Peak, Pss, Service, read_memory
from bench.figures.predictions import Prediction, Predictions, read_predictions
from tests.bench.harness.figures.made import results, slice_of


@pytest.mark.parametrize(("name", "file"), page.PAGES.items())
def test_a_page_shows_the_figures_that_are_kept(name, file):
    text = (page.DOCS / file).read_text("utf-8")

    assert f"<!-- {name}: bench/" in text
    assert page.shown(name, text) == text, "python -m bench.figures.page"


@pytest.mark.parametrize(
    ("task", "base", "name"),
    [("S1", "", "origins"), ("B2", "", "buckets"), ("J1", "c1f2e45", "against"), ("J3", "", "answers")],
)
def test_figures_are_for_the_section_of_their_tasks(task, base, name):
    found = results(slice_of("imgsvc", 0, 1, task=task), base=base)

    assert page.name_of(found) == name


def test_results_that_were_kept_are_the_same_again():
    found = results(slice_of("imgsvc", 0, 300), slice_of("imgproxy", 0, 200))
    found.faults["J4", "imgsvc"] = "status 500"

    assert page.from_json(json.loads(json.dumps(page.as_json(found)))) == found


def test_memory_that_was_kept_is_the_same_again():
    peak = Peak("J1", Pss(3, 1), answers=5, wrong=0)
    service = Service("imgsvc", "0.1.0", Pss(1, 1), Pss(2, 1), (peak,), (peak,))
    found = Memory("a machine", "2026-11-29", 10.0, service, service)

    assert read_memory(json.loads(json.dumps(page.as_json(found)))) == found


def test_predictions_that_were_kept_are_the_same_again():
    found = Predictions("a machine", 2, 64, 0.2, 0.01, (Prediction(4, 38.0, 40.0, 36.1),))

    assert read_predictions(json.loads(json.dumps(page.as_json(found)))) == found


def test_large_pictures_that_were_kept_are_the_same_again():
    taken = Taken(12.5, (30.0, 31.0))
    found = Large("a machine", (LargeRow("PNG RGBA to 300", 27.5, taken, taken),))

    assert read_large(json.loads(json.dumps(page.as_json(found)))) == found


def test_several_at_once_that_were_kept_are_the_same_again():
    crowd = Crowd(10, 1, 3.5, 200.0)
    found = Together("a machine", 60.0, 4, crowd, crowd)

    assert read_together(json.loads(json.dumps(page.as_json(found)))) == found
