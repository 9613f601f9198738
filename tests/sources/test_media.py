"""Twin of imgsvc/sources/media.py."""

import pytest

from imgsvc.sources.media import media_type


@pytest.mark.parametrize(
    ("beginning", "name", "found"),
    [
        (b"\xff\xd8\xff\xe0", "a.png", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "a", "image/png"),
        (b"GIF89a", "a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a", "image/webp"),
        (b"\0\0\0\x20ftypavif", "a", "image/avif"),
        (b"\0\0\0\x20ftypisom", "a.mp4", "video/mp4"),
        (b"<?xml version='1.0'?><svg/>", "a.SVG", "image/svg+xml"),
        (b"", "a.webp", "image/webp"),
        (b"?", "a.heic", "image/heic"),
        (b"?", "a", "application/octet-stream"),
        (b"?", "a.d/b", "application/octet-stream"),
        (b"", "", "application/octet-stream"),
    ],
)
def test_bytes_decide_and_then_the_extension(beginning: bytes, name: str, found: str) -> None:
    assert media_type(beginning, name) == found
