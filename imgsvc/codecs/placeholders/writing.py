"""Writes placeholders: a text in place of a picture."""

from base64 import b64encode

from PIL import Image

from imgsvc.codecs.color.conversion import to_result
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.placeholders.blurhash import blurhash
from imgsvc.codecs.placeholders.thumbhash import thumbhash
from imgsvc.options.saving import Placeholder

# Larger pictures are made smaller first: there is nothing left in it that could be seen.
MAX_SIDE = 100
_FEW, _MANY = 3, 4


def placeholder(picture: Picture, kind: Placeholder) -> bytes:
    """The text of the first frame; ThumbHash in base64, as in its author's own examples."""
    frame = to_result(picture, keep_profile=False).frames[0].convert("RGBA")
    frame.thumbnail((MAX_SIDE, MAX_SIDE))
    if kind is Placeholder.THUMBHASH:
        return b64encode(thumbhash(frame))
    # It has no alpha: as JPEG, it stands on white.
    opaque = Image.alpha_composite(Image.new("RGBA", frame.size, "white"), frame).convert("RGB")
    across, down = (_FEW, _MANY) if frame.height > frame.width else (_MANY, _FEW)
    return blurhash(opaque, across, down).encode()
