"""Jobs and renditions as the server makes them."""

from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import Job, RenderRequest, Rendition
from imgsvc.source_url import SourceUrl

KEY = "recipe/ab/source/wishes"


def job(*, key=KEY, source="https://source.example/cat.png", headers=None) -> Job:
    request = RenderRequest("/sig/plain/x", source_headers=headers or {})
    return Job(request, ProcessingOptions(), SourceUrl.parse(source), key=key)


def rendition(of: Job | None = None, *, body=b"a picture", headers=None) -> Rendition:
    told = {"etag": '"one"'} if headers is None else headers
    return Rendition(body, Format.WEBP, of or job(), told, Size(20, 10), Size(4, 2), 99, Format.GIF)
