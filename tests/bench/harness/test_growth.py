"""The parts of bench/draw that another change could break; what it measures is looked at, not tested."""

import json
from pathlib import Path

from bench.growth import _MEGAPIXELS, _wanted
from bench.origins.pictures import Picture, cut_pictures
from tests.images import opened

ROOT = Path(__file__).parents[3]
FIGURES = {"cpu_ms": 1, "megabytes": 2, "rate": 3, "p95_ms": 4}


def test_pictures_have_the_size_and_format_that_their_names_say(tmp_path):
    cut_pictures(tmp_path, None, [Picture("a.webp", 60, 40), Picture("b.jpg", 30, 20)], lambda _: None)

    assert [
        (each.format, each.size) for each in (opened((tmp_path / name).read_bytes()) for name in ("a.webp", "b.jpg"))
    ] == [
        ("WEBP", (60, 40)),
        ("JPEG", (30, 20)),
    ]


def test_sources_have_as_many_pixels_as_is_said():
    found = {each.name: each.width * each.height / 1_000_000 for each in _wanted()}

    for megapixels in _MEGAPIXELS:
        assert abs(found[f"{megapixels:g}.png"] - megapixels) < 0.01 * megapixels


def test_the_figures_that_are_kept_are_those_that_were_drawn():
    kept = json.loads((ROOT / "docs/performance/growth.json").read_text("utf-8"))

    for direction in ("source", "result", "connections", "workers"):
        assert (ROOT / f"docs/performance/{direction}.svg").exists()
        assert all(set(row) & set(FIGURES) for row in kept[direction])
