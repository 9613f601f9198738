from bench.figures.memory import Memory, Peak, Pss, Service, memory_section

MEBIBYTE = 1 << 20


def service(name: str, fresh: int, worked: int, most: int) -> Service:
    peaks = [Peak(task, Pss(size * MEBIBYTE, 0), answers=10, wrong=1) for task, size in (("J1", 1), ("J4", most))]
    sizes = (Pss(size * MEBIBYTE, 5 * MEBIBYTE) for size in (fresh, worked))
    return Service(name, "1", *sizes, tuple(peaks), (peaks[0],))


def test_each_figure_is_held_to_its_share_of_the_build_before():
    found = Memory("a machine", "2026-11-29", 10.0, service("c1f2e45", 100, 100, 300), service("imgsvc", 90, 80, 200))

    rows = [line.split(" | ") for line in memory_section(found)]

    assert [
        row[1:] for row in rows if row[0] in {"| idle and fresh", "| idle after the work", "| most under any task"}
    ] == [
        ["100", "90", "×0.90", "at most ×0.9", "yes |"],
        ["100", "80", "×0.80", "at most ×0.7", "no |"],
        ["300", "200", "×0.67", "at most ×0.7", "yes |"],
    ]


def test_what_was_served_meanwhile_is_told():
    found = Memory("a machine", "2026-11-29", 10.0, service("c1f2e45", 1, 1, 2), service("imgsvc", 1, 1, 3))

    assert "| J4 | 2 | 9 | 1 | 3 | 9 | 1 |" in list(memory_section(found))
