"""The report as a page of HTML: whole in itself, so that opening it asks nobody for anything."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from html import escape

from imgsvc.options.formats import Format
from imgsvc.warming.telling.report import report
from imgsvc.warming.telling.summary import Summary
from imgsvc.warming.units import Outcome

# What every browser shows; SVG is none of them, for it is a program.
SHOWN = frozenset({Format.JPEG, Format.PNG, Format.GIF, Format.WEBP})
# Pictures that are shown, and the bytes of one.
MOST_PICTURES = 20
MOST_BYTES = 256 * 1024
Look = Callable[[Outcome], "tuple[Format, bytes] | None"]

# SECURITY: names of pictures are strangers' words, and pictures strangers' files: nothing runs, nothing is fetched.
_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>imgsvc warm</title>
<style>
body { font: 15px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere }
li { margin: 0 0 1em; overflow-wrap: anywhere }
img { max-width: 240px; max-height: 160px; display: block; border: 1px solid #ccc }
</style>
<h1>imgsvc warm</h1>
"""


def page(summary: Summary, seconds: float, look: Look) -> str:
    """The report, and pictures of what failed, as far as `look` has them."""
    text = escape("\n".join(report(summary, seconds)))
    return f"{_HEAD}<pre>{text}</pre>\n{''.join(_failures(summary.failures, look))}</html>\n"


def _failures(failures: Iterable[Outcome], look: Look) -> Iterable[str]:
    left = MOST_PICTURES
    items = []
    for each in failures:
        found = look(each) if left else None
        left -= found is not None
        items.append(f"<li><b>{escape(each.error)}</b> <code>{escape(each.source)}</code><br>{escape(each.says)}")
        if found:
            format_, body = found
            items.append(f'<img alt="" src="data:{format_.media_type};base64,{b64encode(body).decode()}">')
        items.append("</li>\n")
    return ["<h2>Failed or lost</h2>\n<ol>\n", *items, "</ol>\n"] if items else []
