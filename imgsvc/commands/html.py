"""The HTML that shows a picture in several widths and formats: `imgsvc url --html`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from imgsvc.client import tag
from imgsvc.imaging.decision import Decision
from imgsvc.options.formats import BY_WORD
from imgsvc.options.geometry import Size
from imgsvc.url.parse import Parser
from imgsvc.url.path import split_path

_DENSITIES = (1, 2)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: a picture by its options, in `widths` or, without any, for two densities of screens."""

    options: str
    widths: tuple[int, ...] = ()
    formats: tuple[str, ...] = ()
    word: str = ""
    sizes: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that a browser may choose: its URL, and its width or density."""

    url: str
    descriptor: str
    width: int = 0
    size: Size | None = None
    # Pictures that move, and a format that has none of that.
    frames: int = 1


# The URL of a picture by its options and its format's word, as it may stand in an attribute `srcset`.
Build = Callable[[str, str], str]
# What comes of a URL; None where the source cannot be looked at.
Look = Callable[[str], Decision | None]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes HTML with URLs that `build` makes; what is known of their pictures, `look` says."""

    build: Build
    look: Look
    parser: Parser

    def html(self, wish: Wish) -> str:
        """An element `picture`; an `img` alone where its format is named, or where the source is passed on."""
        own = self._candidates(wish, wish.word)
        decision = self.look(own[0].url)
        if decision and decision.is_skipped:
            return _img(wish, [_original(own[0], decision)])
        sources = [] if wish.word else list(self._sources(wish, own[0].frames))
        image = _img(wish, own)
        return "\n".join(("<picture>", *sources, f"  {image}", "</picture>")) if sources else image

    def left_out(self, wish: Wish) -> list[str]:
        """The formats that cannot show the picture's movement."""
        own = self._candidates(wish, "")
        return [word for word in wish.formats if self._is_still(wish, word, own[0].frames)]

    def _sources(self, wish: Wish, frames: int) -> Iterator[str]:
        for word in wish.formats:
            if not self._is_still(wish, word, frames):
                found = self._candidates(wish, word)
                given = {"type": BY_WORD[word].media_type, **_srcset(wish, found)}
                yield f"  {tag('source', given)}"

    def _is_still(self, wish: Wish, word: str, frames: int) -> bool:
        return frames > 1 and self._candidates(wish, word)[0].frames == 1

    def _candidates(self, wish: Wish, word: str) -> list[Candidate]:
        """By width, each once; by density, where no width is asked for."""
        if not wish.widths:
            return list(self._dense(wish, word))
        found: dict[int, Candidate] = {}
        for width in sorted(set(wish.widths)):
            made = self._candidate(self._wide(wish.options, width), word, f"{width}w", width)
            # What is not enlarged is no wider than its source.
            found.setdefault(made.width, made)
        return [found[width] for width in sorted(found)]

    def _dense(self, wish: Wish, word: str) -> Iterator[Candidate]:
        first = self._candidate(wish.options, word, "")
        dpr, separator = self._read(wish.options).dpr, self.parser.settings.arguments_separator
        more = [
            self._candidate(_joined(wish.options, f"dpr{separator}{dpr * each:g}"), word, f"{each}x")
            for each in _DENSITIES[1:]
        ]
        yield first
        yield from (each for each in more if each.size is None or each.size != first.size)

    def _candidate(self, options: str, word: str, descriptor: str, width: int = 0) -> Candidate:
        url = self.build(options, word)
        decision = self.look(url)
        if decision is None or not decision.plans:
            return Candidate(url, descriptor, width)
        size = decision.plans[-1].result_size
        return Candidate(
            url, f"{size.width}w" if width else descriptor, size.width if width else 0, size, decision.frames
        )

    def _wide(self, options: str, width: int) -> str:
        """The same picture so wide: a height that is asked for goes with it, and a density counts no more."""
        asked, separator = self._read(options), self.parser.settings.arguments_separator
        more = [f"w{separator}{width}"]
        if asked.width and asked.height:
            more.append(f"h{separator}{max(1, round(width * asked.height / asked.width))}")
        if asked.dpr != 1:
            more.append(f"dpr{separator}1")
        return _joined(options, *more)

    def _read(self, options: str) -> "_Asked":
        rest = split_path(f"/_/{options.strip('/')}/plain/local:///a").rest
        last = self.parser.parse(rest).options.pipelines[-1]
        return _Asked(last.width, last.height, last.dpr)


@dataclass(frozen=True, slots=True)
class _Asked:
    width: int
    height: int
    dpr: float


def _joined(options: str, *more: str) -> str:
    return "/".join((*filter(None, [options.strip("/")]), *more))


def _original(candidate: Candidate, decision: Decision) -> Candidate:
    """The source as it is, in its own size."""
    return Candidate(candidate.url, "", size=decision.header.size)


def _srcset(wish: Wish, found: Sequence[Candidate]) -> dict[str, str]:
    listed = ",\n    ".join(f"{each.url} {each.descriptor}".rstrip() for each in found)
    return {"srcset": listed, **({"sizes": _sizes(wish, found)} if wish.widths else {})}


def _sizes(wish: Wish, found: Sequence[Candidate]) -> str:
    return wish.sizes or f"(max-width: {found[-1].width}px) 100vw, {found[-1].width}px"


def _img(wish: Wish, found: Sequence[Candidate]) -> str:
    shown = found[-1] if wish.widths else found[0]
    several = _srcset(wish, found) if len(found) > 1 else {}
    size = {"width": str(shown.size.width), "height": str(shown.size.height)} if shown.size else {}
    return tag("img", {"src": shown.url, **several, **size, "alt": wish.alt})
