"""PDFs that are made to harm: they take long to draw, unpack to a great deal, or say what cannot be."""

import zlib
from collections.abc import Callable

from tests.codecs.pdf.files import Page, first_extra, pdf


def million_curves() -> bytes:
    """More than is drawn in ten seconds."""
    return _drawn(b"/Half gs " + b"0 0 m 200 300 -200 -300 200 100 c S\n" * 1_000_000)


def unpacks_to_gigabytes() -> bytes:
    """What the page draws, packed twice."""
    packer, piece = zlib.compressobj(1), b"0 0 m 9 9 l S " * (1 << 16)
    packed = b"".join(packer.compress(piece) for _ in range(1 << 10)) + packer.flush()
    return _drawn(packed, "/Filter [/FlateDecode /FlateDecode]")


def picture_of_gigapixels() -> bytes:
    first = first_extra(1)
    about = "/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    resources = f"/Resources <</XObject <</X {first} 0 R>>>>"
    picture = _stream(bytes(1 << 20), f"{about} /Filter /FlateDecode")
    return pdf(Page(content="200 0 0 100 0 0 cm /X Do", about=resources), objects=[picture])


def million_pages() -> bytes:
    """One page, a million times, by trees of a thousand."""
    first = first_extra(1)
    leaves, twigs = "3 0 R " * 1000, f"{first} 0 R " * 1000
    tree = [f"<</Type /Pages /Kids [{leaves}] /Count 1000>>", f"<</Type /Pages /Kids [{twigs}] /Count 1000000>>"]
    return _with_pages(first + 1, tree)


def pages_in_a_circle() -> bytes:
    first = first_extra(1)
    return _with_pages(first, [f"<</Type /Pages /Kids [{first} 0 R {first} 0 R] /Count 1000000>>"])


def length_of_itself() -> bytes:
    first = first_extra(1)
    stream = f"<</Length {first} 0 R>>\nstream\n0 0 m\nendstream"
    return pdf(Page(about=f"/Contents {first} 0 R"), objects=[stream])


def of_sides(side: str) -> Callable[[], bytes]:
    return lambda: pdf(Page(about=f"/MediaBox [0 0 {side} {side}]"))


def encrypted() -> bytes:
    locks = f"/O <{'ab' * 32}> /U <{'cd' * 32}>"
    return pdf(trailer=f"/Encrypt <</Filter /Standard /V 2 /R 3 /Length 128 /P -4 {locks}>> /ID [<00> <00>]")


# Those of which nothing can be shown, and others.
HOPELESS: dict[str, Callable[[], bytes]] = {
    "a million curves": million_curves,
    "a drawing of a gigabyte": unpacks_to_gigabytes,
    "pages in a circle": pages_in_a_circle,
    "encrypted": encrypted,
}
STRANGE: dict[str, Callable[[], bytes]] = {
    "a picture of ten gigapixels": picture_of_gigapixels,
    "a million pages": million_pages,
    "a length that is itself": length_of_itself,
    "sides of 1e30": of_sides("1" + "0" * 30),
    "sides of nothing": of_sides("0"),
    "sides below nothing": of_sides("-5000"),
}


def _drawn(content: bytes, packing: str = "/Filter /FlateDecode") -> bytes:
    return pdf(Page(about=f"/Contents {first_extra(1)} 0 R"), objects=[_stream(content, packing)])


def _stream(content: bytes, about: str) -> str:
    packed = zlib.compress(content, 9)
    return f"<<{about} /Length {len(packed)}>>\nstream\n{packed.decode('latin-1')}\nendstream"


def _with_pages(number: int, objects: list[str]) -> bytes:
    return pdf(objects=objects).replace(b"/Pages 2 0 R", f"/Pages {number} 0 R".encode(), 1)
