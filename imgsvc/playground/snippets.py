"""What can be copied: the same picture as HTML, commands, code and configuration want it."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape

from imgsvc.errors import RenderingError
from imgsvc.options.geometry import Size
from imgsvc.playground.urls import Urls, Wish
from imgsvc.settings.envfile import quoted

SCALES = (0.5, 1.0, 1.5, 2.0)
_NAME = "mine"
_SECRET = "Authorization: Bearer $IMGSVC_SECRET"  # noqa: S105 (a variable's name)

# With what it stands for: a size for each scale, where that is known before the picture is there.
Sizes = Mapping[float, Size]


@dataclass(frozen=True, slots=True)
class Snippet:
    """One way to write it; `text` is ready to be pasted."""

    title: str
    text: str


def scaled(wish: Wish, scale: float, separator: str = ":") -> Wish:
    """The same picture with so many times as many pixels a side."""
    before = f"dpr{separator}"
    dpr = next((use.removeprefix(before) for use in reversed(wish.uses) if use.startswith(before)), "1")
    try:
        factor = float(dpr) * scale
    except ValueError:
        factor = scale
    return wish if scale == 1.0 else wish.also(f"{before}{factor:g}")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes snippets for a server at `host`, such as http://127.0.0.1:8080; one with a SECRET `asks` for it."""

    urls: Urls
    host: str
    asks: bool = False

    def all(self, wish: Wish, sizes: Sizes) -> Iterator[Snippet]:
        """Every snippet; RenderingError where the server would refuse the wish."""
        path = self.urls.write(wish)
        url = self._url(wish)
        if plain := self.urls.plain(path):
            yield Snippet("URL", self.host + plain)
        yield Snippet("Signed URL" if self.urls.signature.key else "URL to sign", url)
        yield Snippet("curl", self._curl(wish, url))
        yield Snippet("<img>", self._img(wish, sizes))
        yield Snippet("<picture>", self._picture(wish, sizes))
        yield Snippet("Python", _python(self.host, self.urls, path))
        yield Snippet("JavaScript", _javascript(self.host, self.urls, path))
        if "$" not in url:
            yield Snippet("nginx", self._nginx(url))
        yield Snippet("Preset", _preset(wish))

    def _url(self, wish: Wish) -> str:
        return self.host + self.urls.signed(self.urls.write(wish))

    def _curl(self, wish: Wish, url: str) -> str:
        header = f'-H "{_SECRET}" ' if self.asks else ""
        return f"curl -fsS {header}-o {_NAME}.{wish.extension or 'img'} {shlex.quote(url)}"

    def _srcset(self, wish: Wish, sizes: Sizes) -> str:
        """By widths, each of which is that of its picture; where none is known, by densities."""
        if self.urls.parser.settings.only_presets:
            return self._in_srcset(wish)
        separator = self.urls.parser.settings.arguments_separator
        if not sizes:
            return ", ".join(f"{self._in_srcset(scaled(wish, each, separator))} {each:g}x" for each in (1.0, 2.0))
        by_width = {size.width: scaled(wish, each, separator) for each, size in sorted(sizes.items(), reverse=True)}
        return ", ".join(f"{self._in_srcset(each)} {width}w" for width, each in sorted(by_width.items()))

    def _in_srcset(self, wish: Wish) -> str:
        # A comma at its end would be taken for the list's.
        url = self._url(wish)
        return self._url(replace(wish, base64=True)) if url.endswith(",") and not wish.encrypted else url

    def _img(self, wish: Wish, sizes: Sizes) -> str:
        size = sizes.get(1.0)
        shown = f' width="{size.width}" height="{size.height}"' if size else ""
        slot = f'\n     sizes="(max-width: {size.width}px) 100vw, {size.width}px"' if size else ""
        source, several = escape(self._url(wish)), escape(self._srcset(wish, sizes))
        return f'<img src="{source}"\n     srcset="{several}"{slot}{shown} alt="">'

    def _picture(self, wish: Wish, sizes: Sizes) -> str:
        lines = ["<picture>"]
        for word in ("avif", "webp"):
            try:
                several = escape(self._srcset(replace(wish, extension=word), sizes))
            except RenderingError:
                continue
            size = sizes.get(1.0)
            slot = f' sizes="(max-width: {size.width}px) 100vw, {size.width}px"' if size else ""
            lines.append(f'  <source type="image/{word}" srcset="{several}"{slot}>')
        image = self._img(replace(wish, extension="jpg"), sizes).replace("\n     ", "\n       ")
        return "\n".join((*lines, f"  {image}", "</picture>"))

    def _nginx(self, url: str) -> str:
        secret = '\n    proxy_set_header Authorization "Bearer THE-SECRET";' if self.asks else ""
        target = url.replace("\\", "\\\\").replace('"', '\\"')
        return f'location = /{_NAME} {{\n    proxy_pass "{target}";{secret}\n}}'


def _preset(wish: Wish) -> str:
    uses = [*wish.uses, *([f"f:{wish.extension}"] if wish.extension else [])]
    definition = f"{_NAME}={'/'.join(uses)}"
    return f"IMGSVC_PRESETS={quoted(definition)}"


def _python(host: str, urls: Urls, path: str) -> str:
    before = f"{host}{urls.prefix}"
    if not urls.signature.key:
        return f"print({_text(f'{before}/unsafe{path}')})\n"
    return f"""import base64, hashlib, hmac
from os import environ

def signed(path):
    key, salt = (bytes.fromhex(environ[name].split(",")[0]) for name in ("IMGSVC_KEY", "IMGSVC_SALT"))
    digest = hmac.new(key, salt + path.encode(), hashlib.sha256).digest()[:{urls.signature.signature_size}]
    return "/" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode() + path

print({_text(before)} + signed({_text(path)}))
"""


def _javascript(host: str, urls: Urls, path: str) -> str:
    before = f"{host}{urls.prefix}"
    if not urls.signature.key:
        return f"console.log({_text(f'{before}/unsafe{path}')});\n"
    return f"""import {{ createHmac }} from "node:crypto";

const fromHex = (name) => Buffer.from(process.env[name].split(",")[0], "hex");

function signed(path) {{
  const hmac = createHmac("sha256", fromHex("IMGSVC_KEY")).update(fromHex("IMGSVC_SALT")).update(path);
  return "/" + hmac.digest().subarray(0, {urls.signature.signature_size}).toString("base64url") + path;
}}

console.log({_text(before)} + signed({_text(path)}));
"""


def _text(value: str) -> str:
    """A string as both languages write it."""
    return json.dumps(value)
