"""What Chromium shows of the recipes: `python -m tests.codecs.gif.chromium` asks it, and writes chromium.json anew.

Of each frame its digest, and how long it is shown in milliseconds; of each file how often it is repeated.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from PIL import Image

from tests.codecs.gif.recipes import ODDITIES, animation

RECORDED = Path(__file__).with_name("chromium.json")
SEEDS = range(120)

_PAGE = """<!doctype html><script>(async () => {
  const answers = {};
  for (const name of await (await fetch('names')).json()) {
    const data = await (await fetch('file/' + encodeURIComponent(name))).arrayBuffer();
    const decoder = new ImageDecoder({data, type: 'image/gif', premultiplyAlpha: 'none'});
    await decoder.tracks.ready; await decoder.completed;
    const track = decoder.tracks.selectedTrack, frames = [];
    for (let frameIndex = 0; frameIndex < track.frameCount; frameIndex++) {
      const {image} = await decoder.decode({frameIndex, completeFramesOnly: false});
      const pixels = new Uint8Array(image.allocationSize({format: 'RGBA'}));
      await image.copyTo(pixels, {format: 'RGBA'});
      for (let at = 0; at < pixels.length; at += 4) if (!pixels[at + 3]) pixels.fill(0, at, at + 3);
      const head = new TextEncoder().encode(image.codedWidth + 'x' + image.codedHeight + ' ');
      const hash = await crypto.subtle.digest('SHA-256', await new Blob([head, pixels]).arrayBuffer());
      const hex = [...new Uint8Array(hash).slice(0, 8)].map(byte => byte.toString(16).padStart(2, '0')).join('');
      frames.push([hex, image.duration / 1000]);
    }
    answers[name] = {frames, repeats: track.repetitionCount === Infinity ? null : track.repetitionCount};
  }
  await fetch('answers', {method: 'POST', body: JSON.stringify(answers)});
})().catch(error => fetch('answers', {method: 'POST', body: JSON.stringify({error: String(error)})}));</script>"""


def files() -> dict[str, bytes]:
    """Every recipe by its name."""
    return {f"seed {seed}": animation(seed) for seed in SEEDS} | ODDITIES


def digest(image: Image.Image) -> str:
    """Of size and pixels, as the page has it; a transparent pixel has no color."""
    clear = Image.new("RGBA", image.size)
    pixels = image.convert("RGBA")
    pixels.paste(clear, mask=pixels.getchannel("A").point([255] + [0] * 255))
    return hashlib.sha256(b"%dx%d " % image.size + pixels.tobytes()).hexdigest()[:16]


def seen(chromium: str) -> dict[str, Any]:
    """What the browser answers."""
    given, answers, is_done = files(), {}, threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = unquote(self.path.removeprefix("/file/"))
            pages = {"/": _PAGE.encode(), "/names": json.dumps(list(given)).encode()}
            body = pages.get(self.path) or given.get(name, b"")
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if self.path == "/" else "application/octet-stream")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            answers.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            is_done.set()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, tempfile.TemporaryDirectory() as profile:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        with subprocess.Popen([*command, f"http://127.0.0.1:{server.server_port}/"], stderr=subprocess.DEVNULL) as run:
            is_done.wait(120)
            run.terminate()
        server.shutdown()
    return answers


def main() -> int:
    answers = seen(sys.argv[1] if len(sys.argv) > 1 else "chromium")
    if "error" in answers or len(answers) < len(files()):
        sys.stderr.write(answers.get("error", "Chromium did not answer") + "\n")
        return 1
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers.items())
    RECORDED.write_text("{\n" + lines + "\n}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
