"""What the page can have done, by name: each call takes what it sent as JSON, and gives what it is told."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from imgsvc import __version__
from imgsvc.config import Config
from imgsvc.errors import RenderingError
from imgsvc.info.journey import ROUTE
from imgsvc.options.geometry import Size
from imgsvc.playground import form
from imgsvc.playground.drop_server import DropServer
from imgsvc.playground.drops import MOST_BYTES, local_source
from imgsvc.playground.looking import Looker
from imgsvc.playground.snippets import SCALES, Writer, scaled
from imgsvc.playground.urls import Urls, Wish, told

Call = Callable[[Mapping[str, Any]], dict[str, Any]]

_WRITTEN = ("avif", "webp", "jpg", "png", "jxl", "gif", "tiff", "best")
# The picture that others are held against: the same pixels, all of them.
_LOSSLESS = "png"


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one server, whose main listener is at `host`, such as http://127.0.0.1:8080."""

    config: Config
    looker: Looker
    drop_server: DropServer
    urls: Urls
    host: str

    def by_name(self) -> Mapping[str, Call]:
        """All of them."""
        return {
            "form": self.form,
            "read": self.read,
            "write": self.write,
            "shorten": self.shorten,
            "explain": self.explain,
            "snippets": self.snippets,
        }

    def form(self, _asked: Mapping[str, Any]) -> dict[str, Any]:
        """The options, and what else the page has to know of this server."""
        root = self.config.sources.local_filesystem_root
        try:
            names = [each.name for each in root.iterdir()] if root else []
        except OSError:
            names = []
        return {
            "version": __version__,
            "options": form.entries(self.config.defaults),
            "samples": form.samples(names),
            "separator": self.config.url.arguments_separator,
            "only_presets": self.config.url.only_presets,
            "presets": self.urls.parser.preset_names,
            "formats": _WRITTEN,
            "lossless": _LOSSLESS,
            "host": self.host,
            "most_bytes": MOST_BYTES,
        }

    def read(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What the form holds for a URL, and all that `write` says of it."""
        wish = self.urls.read(str(asked.get("url", "")))
        return asdict(wish) | self._written(wish)

    def write(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The URL that says what the form holds."""
        return self._written(Wish.from_json(asked))

    def shorten(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The form and the URL that say the same in as few words as can be."""
        wish = self.urls.shortest(Wish.from_json(asked))
        return asdict(wish) | self._written(wish)

    def explain(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """`imgsvc explain --json` of a target."""
        looker = self.drop_server.looker if asked.get("dropped") else self.looker
        return looker.look(str(asked.get("target", "")), str(asked.get("accept", "")))

    def snippets(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Everything that can be copied."""
        wish, host = Wish.from_json(asked), str(asked.get("host", "")).rstrip("/") or self.host
        writer = Writer(self.urls, host, asks=bool(self.config.web.secret))
        return {"snippets": [asdict(each) for each in writer.all(wish, self._sizes(wish))]}

    def _written(self, wish: Wish) -> dict[str, Any]:
        path = self.urls.write(wish)
        return {
            "target": self._target(wish),
            "dropped": bool(local_source(wish.source)),
            "shown": self.urls.plain(path) or self.urls.signed(path),
            "source_target": self._of_source(wish, "raw:1"),
            "source_picture": self._of_source(wish, "rs:fit:1600:1600", "f:webp"),
            "about": self._about(wish),
            "meaning": self.urls.meaning(path),
        }

    def _target(self, wish: Wish) -> str:
        """What is asked for: of the server, or of that of dropped files, which has no key."""
        local = local_source(wish.source)
        if local:
            return f"{self.urls.prefix}/unsafe{self.urls.write(replace(wish, source=local))}"
        return self.urls.signed(self.urls.write(wish))

    def _of_source(self, wish: Wish, *uses: str) -> str:
        """The source itself; empty where the settings do not allow it."""
        separator = self.config.url.arguments_separator
        written = tuple(use.replace(":", separator) for use in uses)
        try:
            return self._target(replace(wish, uses=written, extension=""))
        except RenderingError:
            return ""

    def _about(self, wish: Wish) -> str:
        """What is asked about the source, the usual things; empty where the settings do not allow it."""
        local = local_source(wish.source)
        try:
            path = self.urls.question(replace(wish, source=local or wish.source))
        except RenderingError:
            return ""
        return f"{self.urls.prefix}{ROUTE}/unsafe{path}" if local else self.urls.signed(path, ROUTE)

    def _sizes(self, wish: Wish) -> dict[float, Size]:
        """Of the picture at each scale; none where one of them is not known before it is made."""
        found, separator = {}, self.config.url.arguments_separator
        looker = self.drop_server.looker if local_source(wish.source) else self.looker
        for scale in SCALES:
            try:
                target = self._target(scaled(wish, scale, separator))
                size = looker.look(target, "").get("result", {}).get("size")
            except RenderingError:
                return {}
            if size is None:
                return {}
            found[scale] = size
        return found


def answered(call: Call, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """The status and what is told: an error as an operator reads it is an answer too."""
    try:
        return 200, call(asked)
    except RenderingError as error:
        return 200, told(error)
    except ValueError as error:
        return 400, {"error": "ValueError", "status": 400, "text": str(error), "remedy": ""}
