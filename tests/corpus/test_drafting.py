import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.corpus.answer import Answer
from tests.corpus.drafting import draft, drafted
from tests.corpus.manifest import Row
from tests.corpus.readers import chromium
from tests.images import encoded, quadrants

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which(chromium.PROGRAM), reason="Chromium, which is asked, is not installed"),
]


def turned() -> bytes:
    """A JPEG whose EXIF says 6: its first column is the top row."""
    image, file = Image.new("RGB", (8, 16), "red"), BytesIO()
    image.paste("blue", (0, 0, 8, 8))
    exif = Image.Exif()
    exif[0x112] = 6
    image.save(file, "JPEG", exif=exif.tobytes(), quality=95)
    return file.getvalue()


def row(name: str, body: bytes) -> Row:
    [made] = drafted([(name, body)], "issue 1", "CC0-1.0")
    return made


def test_a_row_has_what_the_browser_shows() -> None:
    made = row("a.png", encoded(quadrants(), "png"))

    assert (made.format, made.reader, made.truth.size) == ("png", chromium.version(), (40, 20))
    assert (made.truth.frames, made.truth.alpha, made.truth.orientation) == (1, False, 1)


def test_what_the_browser_turns_is_upright() -> None:
    truth = row("a.jpg", turned()).truth

    assert (truth.size, truth.orientation) == ((16, 8), 6)
    # Its foot, which is red, has become the left half.
    assert (truth.means or "").split()[0] > "f0"


def test_what_the_browser_refuses_has_a_status_alone() -> None:
    assert row("a.png", b"\x89PNG\r\n\x1a\n").truth == Answer(status=422)


def test_a_draft_says_where_imgsvc_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text('<svg width="4" height="4"><rect width="4" height="4"/></svg>')
    said: list[str] = []

    draft([tmp_path / "a.svg"], "issue 1", "CC0-1.0", lambda *lines: said.extend(lines), keeps=False)

    assert "# imgsvc: 200 instead of 422" in said
