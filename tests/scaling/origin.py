"""A server of one picture under every path, after so many seconds.

python -m tests.scaling.origin ADDRESS PORT FILE SECONDS
"""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True


def main(address: str, port: str, file: str, seconds: str) -> None:
    """For ever."""
    picture, delay = Path(file).read_bytes(), float(seconds)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # The head and the body are two writes, and the second one must not wait for the first one's acknowledgment.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            time.sleep(delay)
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(picture)))
            self.end_headers()
            self.wfile.write(picture)

        def log_message(self, *_line: object) -> None:
            """Nobody reads it."""

    _Server((address, int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
