"""The canary: a tiny picture that a real worker has to make, asked for over the real listener every second."""

import socket
import threading
import time

from imgsvc.runtime.board.verdict import CANARY_HEADER

INTERVAL_SECONDS = 1.0
TIMEOUT_SECONDS = 2.0
_MOST_BYTES = 65_536


class Canary(threading.Thread):
    """Asks again and again; `moment` is when the last request was sent that came back."""

    def __init__(self, listener: str, path: str) -> None:
        super().__init__(name="canary", daemon=True)
        self._listener = listener
        # PERF: http.client takes four times as long, most of it for the headers of an answer that nobody reads.
        lines = (f"GET {path} HTTP/1.1", "Host: localhost", f"{CANARY_HEADER}: 1", "Connection: close", "", "")
        self._request = "\r\n".join(lines).encode()
        # A server that has just been started gets the time that one canary takes.
        self.moment = time.monotonic()
        self.seconds = 0.0
        self.fault = ""

    def run(self) -> None:
        """Until the process ends."""
        while True:
            began = time.monotonic()
            self.fault = self._fault()
            if not self.fault:
                self.moment, self.seconds = began, time.monotonic() - began
            time.sleep(max(0.0, began + INTERVAL_SECONDS - time.monotonic()))

    def _fault(self) -> str:
        end = time.monotonic() + TIMEOUT_SECONDS
        try:
            with dial(self._listener, TIMEOUT_SECONDS) as connection:
                connection.sendall(self._request)
                return fault_of(_answer(connection, end))
        except OSError as error:
            return str(error) or type(error).__name__


def fault_of(answer: bytes) -> str:
    """What is wrong with an answer; nothing if it is whole and says 200."""
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    words = line.split(b" ", 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1."):
        return "it was answered with something that is not HTTP"
    if words[1] != b"200":
        return f"it was answered with {words[1].decode('latin-1')}"
    lengths = [field.partition(b":")[2].strip() for field in fields if field.lower().startswith(b"content-length:")]
    return "" if not lengths or lengths == [str(len(body)).encode()] else "its answer broke off"


def _answer(connection: socket.socket, end: float) -> bytes:
    """All that comes until the other side closes; TimeoutError if that takes too long."""
    answer = b""
    while len(answer) < _MOST_BYTES:
        connection.settimeout(max(0.001, end - time.monotonic()))
        data = connection.recv(_MOST_BYTES)
        if not data:
            break
        answer += data
    return answer


def dial(listener: str, seconds: float) -> socket.socket:
    """A connection to a listener as gunicorn writes it; one on all addresses is on loopback too."""
    if listener.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(seconds)
            connection.connect(listener.removeprefix("unix:"))
        except BaseException:
            connection.close()
            raise
        return connection
    host, _, port = listener.rpartition(":")
    loopback = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "[::]": "::1"}
    return socket.create_connection((loopback.get(host, host.strip("[]")), int(port)), seconds)
