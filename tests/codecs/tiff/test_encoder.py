from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.options.formats import Format
from tests.codecs.files import reopened, written
from tests.images import quadrants


def test_xmp_is_embedded() -> None:
    picture = Picture(frames=(quadrants(),), metadata=Metadata(xmp=b"<x/>"))

    assert reopened(written(picture, Format.TIFF)).tag_v2[700] == b"<x/>"  # type: ignore[attr-defined]
