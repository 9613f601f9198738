from bench.figures.bars import LARGE
from bench.large import CASES
from bench.origins.scans import SCANS


def test_every_picture_has_its_bound_and_its_source() -> None:
    assert (set(CASES), {case.source for case in CASES.values()} - set(SCANS)) == (set(LARGE), set())


def test_a_path_says_the_format_where_it_is_another() -> None:
    assert CASES["GIF of 300 frames to 200, as WebP"].path("http://a") == (
        "/unsafe/rs:fit:200:200/plain/http://a/frames.gif@webp"
    )
