"""URLs and what the form shows of them, both ways: the parser and the builder of the server say what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from imgsvc.app import create_info_parser
from imgsvc.commands.explanation import changed_options
from imgsvc.config import Config
from imgsvc.errors import PathError, RenderingError
from imgsvc.options.formats import BY_WORD
from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import signature
from imgsvc.url.build import as_received, write, write_out
from imgsvc.url.encrypted import MARK
from imgsvc.url.parse import Parser
from imgsvc.url.path import split_path
from imgsvc.url.source import read_source

_PLAIN = "plain"
_ANY_SOURCE = "local:///a"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form holds: options as a URL spells them, each with its arguments, and the source."""

    uses: tuple[str, ...] = ()
    source: str = ""
    extension: str = ""
    base64: bool = False
    # The source is a payload that only the server's key can read, and is nobody's to be shown.
    encrypted: bool = False

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """As the page sends it; ValueError for anything else."""
        uses, source, extension = found.get("uses", ()), found.get("source", ""), found.get("extension", "")
        if not isinstance(uses, list) or not all(isinstance(each, str) for each in (*uses, source, extension)):
            raise ValueError("a wish is uses, source and extension")
        flags = bool(found.get("base64")), bool(found.get("encrypted"))
        return cls(tuple(filter(None, uses)), source, extension, *flags)

    def also(self, *uses: str) -> Self:
        """With further options, which count more than those before them."""
        return replace(self, uses=(*self.uses, *uses))


@dataclass(frozen=True, slots=True)
class Urls:
    """Reads and writes the URLs of one server."""

    parser: Parser
    signature: SignatureSettings
    prefix: str
    config: Config

    @classmethod
    def of(cls, config: Config, parser: Parser) -> Self:
        """Those of a server with these settings."""
        return cls(parser, config.signature, config.url.path_prefix, config)

    def read(self, text: str) -> Wish:
        """What a URL, or the path in it, says; the same errors as the server's. Its signature does not count."""
        segments, of_source = self.parser.apart(self._rest(text.strip()))
        self.parser.parse("/".join((*segments, *of_source)))
        part = read_source(of_source, includes_filename=self.parser.settings.base64_url_includes_filename)
        is_base64 = of_source[0] != _PLAIN and not part.is_encrypted
        return Wish(tuple(segments), part.url, part.extension, is_base64, part.is_encrypted)

    def write(self, wish: Wish) -> str:
        """The path, from the slash after the signature on; RenderingError where the server would refuse it."""
        options = "/".join(wish.uses)
        if wish.encrypted:
            payload = f"{wish.source}.{wish.extension}" if wish.extension else wish.source
            path = "/".join(("", *wish.uses, MARK, payload))
            self.parser.parse(self._rest(f"{self.prefix}/_{path}"))
            return path
        return write(options, wish.source, self.parser, extension=wish.extension, base64=wish.base64)

    def shortest(self, wish: Wish) -> Wish:
        """The same wish in as few words as can be, presets written out."""
        path = write_out("/".join(wish.uses), _ANY_SOURCE, self.parser, format_=BY_WORD.get(wish.extension))
        # A format that has no word of its own among them stays where it is.
        extension = "" if wish.extension in BY_WORD else wish.extension
        return replace(wish, uses=self.read(f"/_{path}").uses, extension=extension)

    def question(self, wish: Wish) -> str:
        """The path behind /info and a signature that asks the usual things about a wish's source."""
        parser = create_info_parser(self.config)
        if not wish.encrypted:
            return write("", wish.source, parser, base64=wish.base64)
        path = f"/{MARK}/{wish.source}"
        parser.parse(self._rest(f"{self.prefix}/_{path}"))
        return path

    def signed(self, path: str, route: str = "") -> str:
        """A request target: prefix, route, signature, path."""
        return f"{self.prefix}{route}/{signature(self.signature, path)}{path}"

    def plain(self, path: str) -> str:
        """The target as it may be typed, without a signature of its own; empty where the server would refuse that."""
        if not self.signature.key:
            return f"{self.prefix}/unsafe{path}"
        # SECURITY: a trusted signature of the operator's is a secret like his key; that of ./serve is in its README.
        return f"{self.prefix}/demo{path}" if self.signature.trusted_signatures == ("demo",) else ""

    def meaning(self, path: str) -> list[str]:
        """The options by their whole names, without what the settings ask for anyway."""
        options = self.parser.parse(self._rest(f"{self.prefix}/_{path}")).options
        return list(changed_options(options, self.config.defaults))

    def _rest(self, text: str) -> str:
        scheme, found, behind = text.partition("://")
        if found and scheme.lower() in ("http", "https"):
            text = "/" + behind.partition("/")[2]
        if not text.startswith("/"):
            raise PathError("a URL begins with http://, https:// or, if it is a path, with a slash")
        if self.prefix and not text.startswith(f"{self.prefix}/"):
            text = f"{self.prefix}{text}"
        return split_path(as_received(text), self.prefix).rest


def told(error: RenderingError) -> dict[str, Any]:
    """An error as an operator reads it."""
    return {"error": type(error).__name__, "status": error.status, "text": str(error), "remedy": error.remedy}
