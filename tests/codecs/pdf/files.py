"""PDF files, written object by object."""

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

# A square of each color in each corner, so that turning and cropping show.
QUADRANTS = "1 0 0 rg 0 50 100 50 re f 0 1 0 rg 100 50 100 50 re f 0 0 1 rg 0 0 100 50 re f 1 1 1 rg 100 0 100 50 re f"
HALF = "1 0 0 rg 0 0 100 100 re f"


@dataclass(frozen=True)
class Page:
    """What it draws, and what its dictionary says besides the box of its medium."""

    content: str = QUADRANTS
    width: float = 200
    height: float = 100
    about: str = ""


def pdf(*pages: Page, catalog: str = "", objects: Sequence[str] = (), trailer: str = "") -> bytes:
    """A document of these pages; further `objects` have the numbers behind those of the pages."""
    given = pages or (Page(),)
    kids = " ".join(f"{3 + 2 * at} 0 R" for at in range(len(given)))
    bodies = [
        f"<</Type /Catalog /Pages 2 0 R {catalog}>>",
        f"<</Type /Pages /Kids [{kids}] /Count {len(given)}>>",
    ]
    for at, page in enumerate(given):
        box = f"/MediaBox [0 0 {page.width} {page.height}]"
        # Of two of the same name the last counts.
        font = "/Font <</F1 <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>"
        resources = f"/Resources <<{font} /ExtGState <</Half <</ca 0.5>>>>>>"
        bodies += [
            f"<</Type /Page /Parent 2 0 R {box} /Contents {4 + 2 * at} 0 R {resources} {page.about}>>",
            f"<</Length {len(page.content)}>>\nstream\n{page.content}\nendstream",
        ]
    return _file([*bodies, *objects], trailer)


def first_extra(pages: int) -> int:
    """The number of the first further object of a document with so many pages."""
    return 3 + 2 * pages


def _file(bodies: Sequence[str], trailer: str) -> bytes:
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    at, count = len(data), len(bodies) + 1
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    data += f"xref\n0 {count}\n0000000000 65535 f \n{rows}".encode()
    return data + f"trailer\n<</Size {count} /Root 1 0 R {trailer}>>\nstartxref\n{at}\n%%EOF\n".encode()


def shown(body: bytes) -> Image.Image:
    """The picture of a PDF that is written here, as Pillow reads its JPEG, with what hides parts of it."""
    images = dict(_images(body))
    image = Image.open(io.BytesIO(images["DCTDecode"]))
    image.load()
    if mask := images.get("FlateDecode"):
        image = image.convert(image.mode + "A")
        image.putalpha(Image.frombytes("L", image.size, zlib.decompress(mask)))
    return image


def _images(body: bytes) -> Iterator[tuple[str, bytes]]:
    for found in re.finditer(rb"/Subtype /Image .*/Filter /(\w+).* /Length (\d+)>>\nstream\n", body):
        yield found[1].decode(), body[found.end() : found.end() + int(found[2])]


def form() -> bytes:
    """A document with a field that is drawn by its own stream alone: a green square."""
    look = "0 1 0 rg 0 0 40 40 re f"
    stream = f"<</Type /XObject /Subtype /Form /BBox [0 0 40 40] /Length {len(look)}>>\nstream\n{look}\nendstream"
    field = "<</Type /Annot /Subtype /Widget /FT /Tx /T (a) /Rect [20 20 60 60] /F 4 /AP <</N 6 0 R>>>>"
    return pdf(
        Page(content="", about="/Annots [5 0 R]"), catalog="/AcroForm <</Fields [5 0 R]>>", objects=[field, stream]
    )
