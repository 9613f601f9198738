"""PDF through a real server: drawn in a child, refused in a sentence, and unknown unless it is enabled."""

from pathlib import Path

import pytest

from tests.codecs.pdf.files import Page, pdf
from tests.images import BLUE, GREEN, RED, opened
from tests.serving.server import Server

pytestmark = pytest.mark.slow

FILES = {
    "a.pdf": pdf(Page(), Page("0 0 1 rg 0 0 200 100 re f")),
    "slow.pdf": pdf(Page("/Half gs " + "0 0 m 200 100 l 200 0 l 0 100 l h f " * 20_000)),
    "broken.pdf": b"%PDF-1.7\n",
}


def settings(folder: Path, **more: str) -> dict[str, str]:
    for name, body in FILES.items():
        (folder / name).write_bytes(body)
    return {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folder), "IMGSVC_PDF_TIMEOUT": "1"} | more


def test_pages_are_drawn(tmp_path: Path) -> None:
    with Server(settings(tmp_path, IMGPROXY_ENABLE_PDF="true")) as server:
        first = server.get("/_/w:400/plain/local:///a.pdf@png")
        second = server.get("/_/pg:1/plain/local:///a.pdf@png")

    image = opened(first.content).convert("RGB")
    assert (image.size, image.getpixel((9, 9)), image.getpixel((390, 9))) == ((400, 200), RED, GREEN)
    assert opened(second.content).convert("RGB").getpixel((9, 9)) == BLUE


def test_after_a_page_that_takes_too_long_the_next_is_drawn(tmp_path: Path) -> None:
    with Server(settings(tmp_path, IMGSVC_ENABLE_PDF="true")) as server:
        answers = [server.get(f"/_/w:2000/plain/local:///{name}@png") for name in ("slow.pdf", "broken.pdf", "a.pdf")]
        log = server.log()

    assert [each.status_code for each in answers] == [422, 422, 200]
    assert "it takes too long" in log
    assert "too damaged to be read" in log


def test_without_the_setting_a_pdf_is_no_image(tmp_path: Path) -> None:
    with Server(settings(tmp_path)) as server:
        answer = server.get("/_/w:400/plain/local:///a.pdf@png")
        log = server.log()

    assert answer.status_code == 422
    assert "ENABLE_PDF" in log


def test_a_result_is_a_pdf(tmp_path: Path) -> None:
    with Server(settings(tmp_path, IMGSVC_ENABLE_PDF="true")) as server:
        answer = server.get("/_/w:100/plain/local:///a.pdf@pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
