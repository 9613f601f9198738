"""The rules that every file is held to, in this process: what may be answered, how long it takes, what it may take."""

import ctypes
import logging
import os
import re
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import RenderingError
from imgsvc.imaging.decision import Rules
from imgsvc.rendering import Renderer
from imgsvc.rendition import RenderRequest
from imgsvc.runtime.scope import Scope
from imgsvc.security.settings import LimitSettings, SignatureSettings
from imgsvc.security.signature import Signature
from imgsvc.sources.local import LocalSource
from imgsvc.sources.routing import Router
from imgsvc.sources.source import Fetched
from imgsvc.url.parse import Parser
from imgsvc.url.settings import UrlSettings
from tests.fuzz.mutants import Mutant
from tests.renderers import watermarks

# Low, so that nothing harms the machine; what a mutant claims beyond it is refused.
LIMITS = LimitSettings(max_src_resolution=2_000_000, max_animation_frames=4)
MOST_CPU_SECONDS = 2.0
# Beside its pixels: decoded, converted, and both once more while one is made of the other.
SLACK_BYTES = 64 << 20
BYTES_A_PIXEL = 4 * 4
# A result may be larger than its source: 200x200, enlarged.
_RESULT_PIXELS = 200 * 200


# The variable that names the file, less a worker's id, in which sanitizers write.
REPORTS = "FUZZ_REPORTS"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was broken: its kind, what tells it from others of the kind, and the details."""

    kind: str
    signature: str
    details: str = ""


class Judge:
    """Renders mutants, and says which rules each of them breaks; what is written to stderr meanwhile is one of them."""

    def __init__(self, folder: Path, said: Path) -> None:
        self._source = folder / "source"
        sources = Router({"local": LocalSource(folder)})
        self._renderer = Renderer(
            signature=Signature(SignatureSettings()),
            parser=Parser(UrlSettings(), now=time.time),
            sources=sources,
            watermarks=watermarks(sources),
            limits=LIMITS,
            rules=Rules(decoding=DecodeSettings(enable_pdf=True, enable_psd=True)),
        )
        if reports := os.environ.get(REPORTS):
            report_to(reports)
        self._read = 0
        self._said = said.open("w+b")
        os.dup2(self._said.fileno(), 2)
        # What libraries log, the server's log has.
        logging.getLogger().addHandler(logging.NullHandler())

    def findings(self, mutant: Mutant) -> list[Finding]:
        """What is wrong with how this one is treated; `makes` is whether there was a picture."""
        self.makes = False
        self._source.write_bytes(mutant.body)
        return [
            *self._of_the_header(mutant.body),
            *self._of_the_answer(mutant),
            *self._of_stderr(),
            *self._of_sanitizers(),
        ]

    def _of_the_header(self, body: bytes) -> Iterator[Finding]:
        """What is decoded has the header's size."""
        try:
            job = self._renderer.prepare(RenderRequest("/_/plain/local:///source"))
            opened, _ = self._renderer.decide(job, Fetched(200, {}, body))
            decoded = opened.decode().size if not opened.header.format.traits.vector else opened.header.size
        except RenderingError:
            return
        except Exception as error:  # noqa: BLE001
            yield Finding("5xx", f"500 {_signature(error)}", traceback.format_exc())
            return
        if tuple(decoded) != tuple(opened.header.size):
            word = opened.header.format.word
            yield Finding("size", word, f"the header says {tuple(opened.header.size)}, {tuple(decoded)} is decoded")

    def _of_the_answer(self, mutant: Mutant) -> Iterator[Finding]:
        target = f"/_/{mutant.options}/plain/local:///source{mutant.result}"
        forget_peak()
        before, began, pixels = resident_peak(), time.process_time(), 0
        try:
            job = self._renderer.prepare(RenderRequest(target))
            made = self._renderer.render(job, Scope(60))
            self.makes = True
            size = getattr(made, "origin_size", None)
            pixels = size.width * size.height * LIMITS.max_animation_frames if size else 0
        except RenderingError as error:
            if not 400 <= error.status < 500:
                text = re.sub(r"\d+", "N", str(error))[:120]
                yield Finding("5xx", f"{error.status} {type(error).__name__}: {text}", str(error))
        # Anything else is a 500.
        except Exception as error:  # noqa: BLE001
            yield Finding("5xx", f"500 {_signature(error)}", traceback.format_exc())
        spent, taken = time.process_time() - began, resident_peak() - before
        if spent > MOST_CPU_SECONDS:
            yield Finding("time", mutant.origin, f"{spent:.1f} s of a processor")
        if taken > SLACK_BYTES + BYTES_A_PIXEL * (pixels + _RESULT_PIXELS):
            yield Finding("memory", mutant.origin, f"{taken >> 20} MiB for {pixels} pixels")

    def _of_sanitizers(self) -> Iterator[Finding]:
        """Under UndefinedBehaviorSanitizer each place in the code is a finding of its own."""
        text = reported(os.environ, os.getpid())
        for place, what in re.findall(r"^(\S+:\d+):\d+: runtime error: (.*)$", text[self._read :], re.MULTILINE):
            yield Finding("sanitizer", f"{place} {re.sub(r'-?[0-9][0-9a-fx]*', 'N', what)}", text[self._read :])
        self._read = len(text)

    def _of_stderr(self) -> Iterator[Finding]:
        self._said.seek(0)
        text = self._said.read().decode("utf-8", "replace")
        self._said.seek(0)
        self._said.truncate()
        if text.strip():
            yield Finding("stderr", re.sub(r"\d+", "N", text.strip().splitlines()[0])[:120], text)


def _signature(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}:{frame.name}"


def report_to(path: str) -> None:
    """Let UndefinedBehaviorSanitizer write there too: its own option is taken by AddressSanitizer's runtime."""
    ctypes.CDLL("libubsan.so.1")["__sanitizer_set_report_path"](path.encode())


def reported(environ: Mapping[str, str], pid: int) -> str:
    """What sanitizers have written of a process with this environment; nothing where there are none."""
    path = Path(f"{environ.get(REPORTS, '')}.{pid}")
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def forget_peak() -> None:
    """Let the kernel measure the most memory anew from here on."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def resident_peak() -> int:
    """The most resident bytes since then."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
