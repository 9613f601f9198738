"""The canary: a tiny picture that a real worker has to make, asked for over the real listener every second."""

import http.client
import socket
import threading
import time

from imgsvc.runtime.verdict import CANARY_HEADER

INTERVAL_SECONDS = 1.0
TIMEOUT_SECONDS = 2.0


class Canary(threading.Thread):
    """Asks again and again; `moment` is when the last request was sent that came back."""

    def __init__(self, listener: str, path: str) -> None:
        super().__init__(name="canary", daemon=True)
        self._listener, self._path = listener, path
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
        connection = _Connection(self._listener)
        try:
            connection.request("GET", self._path, headers={CANARY_HEADER: "1", "Connection": "close"})
            answer = connection.getresponse()
            answer.read()
            return "" if answer.status == 200 else f"it was answered with {answer.status}"
        except (OSError, http.client.HTTPException) as error:
            return str(error) or type(error).__name__
        finally:
            connection.close()


class _Connection(http.client.HTTPConnection):
    """To ADDRESS:PORT or unix:PATH."""

    def __init__(self, listener: str) -> None:
        super().__init__("localhost", timeout=TIMEOUT_SECONDS)
        self._listener = listener

    def connect(self) -> None:
        self.sock = dial(self._listener, TIMEOUT_SECONDS)


def dial(listener: str, seconds: float) -> socket.socket:
    """A connection to a listener as gunicorn writes it; one on all addresses is on loopback too."""
    if listener.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(seconds)
        connection.connect(listener.removeprefix("unix:"))
        return connection
    host, _, port = listener.rpartition(":")
    loopback = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "[::]": "::1"}
    return socket.create_connection((loopback.get(host, host.strip("[]")), int(port)), seconds)
