"""Tells the tags of EXIF: a text for each, by its title, or by its name in the standard."""

from collections.abc import Mapping

from imgsvc.codecs.info.directories import ENTRIES, Directory, first_directory
from imgsvc.codecs.info.texts.exif_tags import DETAILS, INTEROPERABILITY, MAIN, POSITION, Tag
from imgsvc.codecs.info.texts.exif_values import text_of
from imgsvc.errors import UndecodableImageError
from imgsvc.parts import Parts

_DETAILS, _POSITION, _INTEROPERABILITY = 34665, 34853, 40965
# Some writers put into the main one what belongs elsewhere.
_MAIN = {**DETAILS, **MAIN}
# Of all of them together.
_MOST_TEXT = 256 * 1024
# Of the values of one: no more has room in its text.
_MOST_BYTES = 64 * 1024


def exif_texts(block: Parts, *, canonical: bool, positions: bool) -> dict[str, str]:
    """What the block says; of what is damaged in it nothing. Of one title in two directories the first counts.

    SECURITY: where a picture was taken is told where `positions` lets it be alone.
    """
    try:
        main = first_directory(block)
        details = main.within(_DETAILS)
        groups: list[tuple[Directory, Mapping[int, Tag]]] = [(main, _MAIN), (details, DETAILS)]
        if positions:
            groups.append((main.within(_POSITION), POSITION))
        groups.append((details.within(_INTEROPERABILITY), INTEROPERABILITY))
        ENTRIES.hold(sum(len(each.entries) for each, _ in groups))
    except UndecodableImageError:
        return {}
    found: dict[str, str] = {}
    total = 0
    for directory, tags in groups:
        for title, text in _texts(directory, tags, canonical=canonical).items():
            total += len(text)
            if total > _MOST_TEXT:
                return found
            found.setdefault(title, text)
    return found


def _texts(directory: Directory, tags: Mapping[int, Tag], *, canonical: bool) -> dict[str, str]:
    found = {}
    for number, entry in directory.entries.items():
        tag = tags.get(number)
        if tag and (data := directory.content(entry, _MOST_BYTES)):
            text = text_of(tag.name, entry.kind, data, directory.order, entry.length)
            found[tag.name if canonical else tag.title] = text
    return found
