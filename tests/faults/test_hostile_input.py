"""Rows F25 to F29, F46, F80, F83, F84 and F88: files and URLs that are made to harm."""

import struct
from pathlib import Path

import pytest

from imgsvc.url.settings import UrlSettings
from tests import hostile
from tests.codecs.jpeg.gain_maps import ADOBE, pictures, ultra_hdr, with_segments
from tests.codecs.png.files import chunk, red
from tests.faults import bombs
from tests.faults.bounds import (
    CHEAP_SECONDS,
    FUZZED,
    HOSTILE_SECONDS,
    IS_FULL,
    PROBE_SERVED_ALL,
    RESIDENT_CAP,
    RESIDENT_DELTA,
    D,
    _bound,
)
from tests.faults.clients import Answer, ask, ask_all, counted, send
from tests.faults.probe import Probe
from tests.faults.processes import peak, resident
from tests.faults.service import CAT, WORKERS, Service
from tests.images import encoded, noise, quadrants, solid

# What takes a second of a quiet core takes ten of a busy one: that it ends by itself is what is asked here.
TIMEOUT_SECONDS = int(_bound(D, HOSTILE_SECONDS))
BODIES = {**bombs.ILLEGAL, **bombs.HEAVY, **bombs.RENAMED}
WORDS = ("jpg", "png", "webp", "gif", "avif", "heic", "jxl", "bmp", "tiff", "ico")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def own(folder):
    """Two workers, animations allowed; its pictures are written by the tests."""
    (folder / "cat.png").write_bytes(encoded(quadrants()))
    with Service(folder, max_animation_frames=100, timeout=TIMEOUT_SECONDS) as running:
        for _ in range(8):
            ask(running.port, CAT)
        yield running


def given(own: Service, folder: Path, body: bytes, name: str = "file.jpg", options: str = "rs:fit:20:20") -> Answer:
    """The answer for a source of these bytes."""
    (folder / name).write_bytes(body)
    return ask(own.port, f"/_/{options}/plain/local:///{name}@png", timeout=TIMEOUT_SECONDS + 10)


def residents(own: Service) -> int:
    return sum(map(resident, own.workers))


@pytest.mark.parametrize("name", bombs.ILLEGAL)
def test_f25_a_picture_that_is_too_large_or_none_is_refused_from_its_header(own, folder, record, name):
    before = residents(own)
    got = given(own, folder, BODIES[name]())
    grown = residents(own) - before

    record(status=got.status, ms=round(1000 * got.seconds), grown_MiB=grown >> 20)
    assert got.status == 422
    assert got.seconds < CHEAP_SECONDS
    assert grown < RESIDENT_DELTA


@pytest.mark.parametrize("name", bombs.HEAVY)
def test_f25_a_small_picture_with_a_great_deal_around_it_costs_little(own, folder, record, name):
    before = residents(own)
    got = given(own, folder, BODIES[name]())
    grown = residents(own) - before

    record(status=got.status, ms=round(1000 * got.seconds), grown_MiB=grown >> 20)
    assert got.status in (200, 422)
    assert got.seconds < HOSTILE_SECONDS
    assert grown < RESIDENT_DELTA


@pytest.mark.parametrize(
    "options",
    ["rs:force:20000:20000:1", "rs:force:100:100:1/dpr:8/z:50", "rs:fit:10:10/ex:1/pd:20000", "rs:force:65535:65535:1"],
)
def test_f26_a_result_that_would_be_huge_is_refused_or_scaled_down(pictures, record, options):
    with Service(pictures, max_result_dimension=2000) as own:
        got = ask(own.port, f"/_/{options}/plain/local:///cat.png@jpg", timeout=D + 5)

    record(status=got.status, ms=round(1000 * got.seconds))
    assert got.status in (200, 422)
    assert got.seconds < D


def _noisy(word: str) -> bytes:
    first, *others = (noise(64, 64, seed=seed) for seed in range(40))
    return encoded(first, word, save_all=True, append_images=others, duration=0)


ANIMATIONS = {
    "3,000 frames of a pixel": lambda: bombs.gif(1, 1, 3000),
    "3,000 frames of a large screen": lambda: bombs.gif(2000, 2000, 3000),
    "40 frames of noise": lambda: _noisy("gif"),
    "40 frames of noise as webp": lambda: _noisy("webp"),
    "last frame huge": bombs.last_frame_huge,
}


@pytest.mark.parametrize("name", ANIMATIONS)
def test_f27_an_animation_is_bounded_in_frames_pixels_and_time(own, folder, record, name):
    (folder / "animated.gif").write_bytes(ANIMATIONS[name]())
    got = ask(own.port, "/_/rs:fit:20:20/plain/local:///animated.gif@gif", timeout=D + 10)

    record(status=got.status, seconds=round(got.seconds, 2))
    assert got.status in (200, 422, 503)
    assert got.seconds < D + 1


def test_f28_damaged_files_of_every_kind_never_harm_a_worker(own, folder, record):
    before = own.settled()
    slowest, statuses = 0.0, []
    for word in WORDS:
        original = encoded(quadrants(64, 48), word)
        for body in hostile.files(original, max(1, FUZZED // len(WORDS))):
            got = given(own, folder, body)
            statuses.append(got)
            slowest = max(slowest, got.seconds)

    record(files=len(statuses), statuses=counted(statuses), slowest_s=round(slowest, 2))
    assert set(counted(statuses)) <= {200, 422}
    assert own.workers == before
    assert slowest < D


def test_f28_of_damaged_files_there_are_log_lines_and_nothing_else_on_standard_error(own, folder, record):
    for word in WORDS:
        for body in hostile.files(encoded(quadrants(64, 48), word), 9, seed=28):
            given(own, folder, body)

    lines = own.log().splitlines()
    record(lines=len(lines))
    assert [line for line in lines if not line.startswith(("time=", "["))] == []


@pytest.mark.parametrize("name", bombs.RENAMED)
def test_f29_what_is_no_allowed_format_is_refused_whatever_it_is_called(own, folder, record, name):
    got = given(own, folder, BODIES[name]())

    record(status=got.status, ms=round(1000 * got.seconds))
    assert got.status == 422


@pytest.mark.parametrize("name", bombs.EXPLODING)
def test_f80_a_drawing_whose_style_sheets_explode_is_refused(own, folder, record, name):
    before = own.settled()
    got = given(own, folder, bombs.EXPLODING[name](), "exploding.svg")

    record(status=got.status, ms=round(1000 * got.seconds))
    assert got.status == 422
    assert got.seconds < HOSTILE_SECONDS
    assert own.workers == before


def test_f80_meanwhile_other_sources_and_health_are_answered(own, folder, record):
    for number, made in enumerate(bombs.EXPLODING.values()):
        (folder / f"exploding{number}.svg").write_bytes(made())
    targets = [f"/_/rs:fit:20:20/plain/local:///exploding{i}.svg@png" for i in range(len(bombs.EXPLODING))]
    with Probe(own.port, CAT) as pictures, Probe(own.port, "/health") as health:
        got = ask_all(own.port, targets * (2 if IS_FULL else 1), at_once=1)

    record(statuses=counted(got), pictures=pictures.report().statuses, health=health.report().statuses)
    assert set(counted(got)) == {422}
    assert min(pictures.report().served, health.report().served) >= PROBE_SERVED_ALL


MOST_PIPELINES = UrlSettings().max_chained_pipelines + 1


def chain(*steps: str) -> str:
    """Pipelines, these over and over, as many as are allowed."""
    return "/-/".join((steps * MOST_PIPELINES)[:MOST_PIPELINES])


CHAINS = {
    "1,000 pipelines": ("/-/".join(["w:10"] * 1000), 404),
    "enlarging again and again": (chain("rs:force:9000:9000:1"), 422),
    "enlarging, and back": (chain("rs:force:9000:9000:1", "w:10"), 422),
    "padding again and again": (chain("pd:4000/rs:force:100:100:1"), 422),
    "enlarging to crop": (chain("rs:fill:9000:1:1/g:sm", "rs:force:10:10"), 422),
    "dpr and zoom": (chain("rs:fit:100:100:1/dpr:8/z:9"), 422),
}


@pytest.mark.parametrize("name", CHAINS)
def test_f83_a_chain_that_grows_without_end_is_refused_before_anything_is_made(own, folder, record, name):
    options, status = CHAINS[name]
    before = residents(own)
    got = given(own, folder, encoded(quadrants()), options=options)
    grown = residents(own) - before

    record(status=got.status, ms=round(1000 * got.seconds), grown_MiB=grown >> 20)
    assert got.status == status
    assert got.seconds < CHEAP_SECONDS
    assert grown < RESIDENT_DELTA


def test_f84_the_largest_chains_that_are_allowed_stay_below_the_cap(tmp_path, record):
    (tmp_path / "cat.png").write_bytes(encoded(solid(5000, 5000)))
    # Where the machine is so busy that they overrun, their source is not asked for any more.
    (tmp_path / "other.png").write_bytes(encoded(quadrants()))
    steps = ["rs:force:9999:9999:1", *["rs:force:5000:5000/rot:90"] * (MOST_PIPELINES - 3), "blur:2", "w:50"]
    target = f"/_/{'/-/'.join(steps)}/plain/local:///cat.png"
    with Service(tmp_path, timeout=30, download_timeout=5, queue_timeout=20) as own:
        got = ask_all(own.port, [target] * WORKERS, timeout=60)
        peaks = [peak(pid) for pid in own.settled()]
        after = ask(own.port, "/_/rs:fit:20:20/plain/local:///other.png", timeout=60).status

    record(statuses=counted(got), peaks_MiB=[each >> 20 for each in peaks])
    assert set(counted(got)) <= {200, 503}
    assert max(peaks) < RESIDENT_CAP
    assert after == 200


LARGE = encoded(quadrants(), "jpeg").replace(struct.pack(">HH", 20, 40), b"\xff" * 4)
MAPS = {
    "a map of 65,535x65,535": pictures(encoded(quadrants(), "jpeg"), with_segments(LARGE, ADOBE)),
    "a map that ends in its header": pictures(encoded(quadrants(), "jpeg"), with_segments(LARGE[:300], ADOBE)),
    "a map that begins nowhere": ultra_hdr(place=0xFFFFFFF0),
    "a map that is its own file": ultra_hdr(place=0xFFFFFFFF),
    "maps without end": ultra_hdr().replace(
        struct.pack(">HHI", 0xB002, 7, 32), struct.pack(">HHI", 0xB002, 7, 1 << 31)
    ),
    "fields without end": ultra_hdr().replace(struct.pack(">IH", 8, 3), struct.pack(">IH", 8, 0xFFFF)),
    "primaries that are nowhere": red(chunk(b"gAMA", b"\0\1\x86\xa0"), chunk(b"cHRM", bytes(32))),
    "a gamma that no profile holds": red(chunk(b"gAMA", b"\0\0\0\1"), chunk(b"cHRM", b"\xff" * 32)),
}


@pytest.mark.parametrize("name", MAPS)
def test_f88_what_is_said_of_light_and_makes_no_sense_leaves_the_picture(own, folder, record, name):
    (folder / "file.jpg").write_bytes(MAPS[name])
    before = residents(own)
    got = ask(own.port, "/_/ph:1/rs:fit:20:20/plain/local:///file.jpg@jpg", timeout=D + 10)
    grown = residents(own) - before

    record(status=got.status, ms=round(1000 * got.seconds), grown_MiB=grown >> 20)
    assert got.status == 200
    assert got.seconds < CHEAP_SECONDS
    assert grown < RESIDENT_DELTA


TARGETS = {
    "a picture": (CAT, {200}),
    "two slashes": ("//_//rs:fit:20:20//plain/local:///cat.png", {200, 404}),
    "an escaped slash": ("/_/rs:fit:20:20%2Fplain%2Flocal:%2F%2F%2Fcat.png", {200, 404}),
    "8,000 characters": (f"{CAT}?{'x' * 7900}", {200}),
    "20,000 characters": (f"{CAT}?{'x' * 20_000}", {400, 414}),
    "bytes that are no utf-8": ("/_/plain/local:///\xff\xfe.png", {400, 404}),
    "escaped bytes that are no utf-8": ("/_/plain/local:///%ff%fe.png", {400, 404}),
    "300 options": (f"/_/{'bl:0/' * 300}rs:fit:20:20/plain/local:///cat.png", {200}),
    "an escaped nul": ("/_/plain/local:///cat%00.png", {400, 404, 422}),
    "a nul": ("/_/plain/local:///cat\0.png", {400}),
    "a lonely percent": ("/_/plain/local:///cat%.png", {400, 404}),
    "dots": ("/_/plain/local:///../../../../etc/passwd", {404, 422}),
}


@pytest.mark.parametrize("name", TARGETS)
def test_f46_a_strange_url_gets_a_defined_answer(service, record, name):
    target, statuses = TARGETS[name]
    got = ask(service.port, target)

    record(status=got.status)
    assert got.status in statuses


MALFORMED = {
    "te with cl": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "bare lf": b"GET /health HTTP/1.1\nHost: x\n\n",
    "folded header": b"GET /health HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "space before colon": b"GET /health HTTP/1.1\r\nHost : x\r\n\r\n",
    "nul in header": b"GET /health HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
    "2 MB url": b"GET /" + b"a" * 2_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "2 MB header": b"GET /health HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 2_000_000 + b"\r\n\r\n",
    "garbage": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 9 + b"\r\n\r\n",
}
NEXT = b"GET /_/plain/local:///smuggled.png HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize("name", MALFORMED)
def test_f46_a_malformed_request_is_refused_and_nothing_behind_it_is_run(service, record, name):
    got = send(service.port, MALFORMED[name] + NEXT)

    record(status=got.status or got.fault)
    # So much is left unread that the kernel may reset what was answered.
    assert 400 <= got.status < 500 or (name.startswith("2 MB") and got.status == 0)
    assert "smuggled" not in service.log()


def test_f46_mutated_urls_get_an_answer_and_never_a_fault_of_ours(service, record):
    targets = [target.decode("latin-1") for target in hostile.urls(FUZZED)]
    got = ask_all(service.port, targets, at_once=4)

    record(urls=len(targets), statuses=counted(got))
    assert not set(counted(got)) & {0, 500, 502}
