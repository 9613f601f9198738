"""The page of options: what each takes and what it does, beside its picture; made of their table."""

from collections.abc import Iterator

from docs import pictures
from docs.generate import code, prose
from imgsvc.url.row import OptionRow
from imgsvc.url.table import OPTIONS

# A group begins with the option that is named.
_GROUPS = {
    "resize": "How large",
    "gravity": "Which part",
    "page": "Pages and animations",
    "trim": "Edges and turns",
    "background": "Looks",
    "watermark": "Watermarks",
    "background_alpha": "Colors and filters",
    "strip_metadata": "Metadata and profiles",
    "format": "Format and quality",
    "crop_objects": "Read, and without effect",
    "skip_processing": "Source and answer",
    "preset": "Presets and limits",
}


def options_page() -> Iterator[str]:
    """Every option in the order of the table, in groups."""
    yield "# Options, with pictures\n\n"
    yield "Pictures are made of those in samples/; the watermark is the bird.\n"
    yield "How a URL is put together, and what arguments may be, says [the page on URLs](url.md).\n"
    seen = frozenset(pictures.seen())
    for row in OPTIONS:
        if title := _GROUPS.get(row.names[0]):
            yield f"\n## {title}\n"
        yield from _card(row, row.names[0] in seen)


def _card(row: OptionRow, has_picture: bool) -> Iterator[str]:
    name = row.names[0]
    others = f"also {', '.join(map(code, row.names[1:]))}; " if row.names[1:] else ""
    yield f'\n<div class="option">\n\n### {name}\n\n'
    yield f"{others}takes {code(row.arguments)}, as in {code(row.example)}\n\n{prose(row.sentence)}\n\n"
    if has_picture:
        yield f"![{name}](url/{name}.webp)\n{code(pictures.asked(name))}\n\n"
    yield "</div>\n"
