import pytest

from bench.figures.bars import LARGE
from bench.figures.large import Crowd, Large, LargeRow, Taken, Together, large_section, together_section

SCAN = "TIFF, LZW in strips, to 300"


def row(name: str = "PNG RGBA to 300", *, memory: float = 60, cpu_ms: tuple[float, ...] = (50,)) -> LargeRow:
    """Beside 100 MiB and 100 ms, of a source of 50 MiB."""
    return LargeRow(name, 50, Taken(memory, cpu_ms), Taken(100, (100.0,) * len(cpu_ms)))


def together(*, peak: float = 50, answers: int = 16) -> Together:
    return Together("a machine", 60, 4, Crowd(answers, 1, 30, peak), Crowd(10, 0, 60, 100))


def test_a_row_within_its_bounds_has_nothing_to_say() -> None:
    assert list(Large("a machine", (row(),)).beyond()) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (row(memory=71), "PNG RGBA to 300: memory ×0.71 of imgproxy's, at most ×0.7 is wanted"),
        (row(cpu_ms=(50, 90, 61)), "PNG RGBA to 300: time ×0.61 of imgproxy's, at most ×0.6 is wanted"),
        (row(SCAN, memory=71), f"{SCAN}: memory 21 MiB more than the source, at most 20 are wanted"),
    ],
)
def test_a_row_beyond_a_bound_says_which(found: LargeRow, said: str) -> None:
    assert list(Large("a machine", (found,)).beyond()) == [said]


def test_a_row_shows_what_is_wanted_and_whether_it_is_reached() -> None:
    found = list(large_section(Large("a machine", (row(memory=71), row(SCAN)))))[-2:]

    assert found == [
        "| PNG RGBA to 300, 50 MiB | ×0.71 71 | 100 | ×0.7 | ×0.50 50.0 | 100 | ×0.6 | no |",
        f"| {SCAN}, 50 MiB | ×0.60 60 | 100 | 70 | ×0.50 50.0 | 100 | ×0.7 | yes |",
    ]


def test_several_at_once_are_held_to_memory_and_good_answers() -> None:
    assert [list(each.beyond()) for each in (together(), together(peak=61, answers=15))] == [
        [],
        [
            "at once: memory ×0.61 of imgproxy's, at most ×0.6 is wanted",
            "at once: good answers ×1.40 of imgproxy's, at least ×1.5 is wanted",
        ],
    ]


def test_several_at_once_are_shown_beside_each_other() -> None:
    assert "| imgsvc | 15 | 1 | 2000 | 50 |" in list(together_section(together()))


def test_every_bound_is_of_time_and_of_memory() -> None:
    assert [name for name, most in LARGE.items() if not (most.time and (most.memory or most.over_source))] == []
