"""What whoever started the server is told: that it is ready, how it is, and that its watchdog need not act.

The protocol is sd_notify(3): one datagram of lines. An overload, or an origin that hangs, is no reason to restart
anything; a stopped arbiter is, and so is a server in which nothing comes back that should have ended long ago.
"""

import socket
from contextlib import suppress

from imgsvc.observer.watching.readiness import Evidence, Readiness


def is_worth_keeping(evidence: Evidence, patience_seconds: float) -> bool:
    """Whether the server does its work, or may do it again without being restarted."""
    return evidence.is_arbiter_running and evidence.canary_seconds <= patience_seconds


class Supervisor:
    """The socket at `address`, as in NOTIFY_SOCKET; "" is nobody."""

    def __init__(self, address: str, patience_seconds: float) -> None:
        # An @ stands for the zero byte of an abstract socket.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._patience_seconds = patience_seconds
        self._is_ready = False
        self._status = ""

    def hear(self, evidence: Evidence, verdict: Readiness) -> None:
        """Tell what there is to tell, a few times a second."""
        if not self._address:
            return
        lines = []
        if verdict.is_ready and not self._is_ready:
            self._is_ready = True
            lines.append("READY=1")
        if is_worth_keeping(evidence, self._patience_seconds):
            lines.append("WATCHDOG=1")
        status = "; ".join(verdict.reasons) or "ready"
        if status != self._status:
            self._status = status
            lines.append(f"STATUS={status}")
        if lines:
            self._send("\n".join(lines))

    def _send(self, message: str) -> None:
        """Without waiting: who does not listen is not told."""
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(message.encode(), socket.MSG_DONTWAIT, self._address)


NOBODY = Supervisor("", 0.0)
