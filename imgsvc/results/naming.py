"""What a result is kept under: recipe, source, and wishes.

    <recipe>/<2 hex>/<source, 32 hex>/<options and formats, 32 hex>

The recipe names what of the server changes pixels: its settings, and the version of its own ways. All results of one
source lie in one folder, so that they are forgotten with one listing; of a tag there are markers:

    tags/<tag, 32 hex>/<key>

 A test holds each part against what it was.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.remembering import remembered
from imgsvc.url.build import spelled

# Raised where the same options make other pixels than before; a decision record says why. Not the release's version:
# each upgrade would make a million pictures again.
RECIPE_VERSION = 1

_HEX = 32
# Beside the recipes, and none of them.
TAGS = "tags"
_KEY = re.compile(r"[0-9a-f]{12}/[0-9a-f]{2}/[0-9a-f]{32}/[0-9a-f]{32}")


def recipe_of(*settings: str) -> str:
    """12 hex of everything that changes pixels and stands in no URL, each in its own words."""
    return sha256("\0".join((str(RECIPE_VERSION), *settings)).encode()).hexdigest()[:12]


def folder_of(recipe: str, source: str) -> str:
    """Where all results of a source lie, by its URL as it is fetched."""
    digest = sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:_HEX]
    return f"{recipe}/{digest[:2]}/{digest}"


def key_of(recipe: str, source: str, options: ProcessingOptions, more: Iterable[str]) -> str:
    """The key of what these options make of a source; `more` is what else decides, as the formats that are accepted."""
    return f"{folder_of(recipe, source)}/{_wishes(options, tuple(more))}"


def folder_of_tag(tag: str) -> str:
    """Where there is a marker for each entry that has the tag: its key, below this folder, with nothing in it."""
    return f"{TAGS}/{sha256(tag.encode()).hexdigest()[:_HEX]}"


def is_key(text: str) -> bool:
    """Whether that is one of an entry."""
    return _KEY.fullmatch(text) is not None


# PERF: writing the options out takes 0.1 ms; nearly all requests ask for what others ask for.
@remembered(256)
def _wishes(options: ProcessingOptions, more: tuple[str, ...]) -> str:
    """What is only for headers is left out, for they are made anew for each answer; and tags, which an entry has."""
    asked = replace(options, expires=0, filename="", return_attachment=False, cache_tags=())
    return sha256(json.dumps([*spelled(asked), more]).encode()).hexdigest()[:_HEX]
