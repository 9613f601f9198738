"""What systemd does for imgsvc.socket and imgsvc.service: it keeps the socket, and starts the server when it ended.

python -m tests.scaling.activation ADDRESS PORT COMMAND ...
"""

import os
import signal
import socket
import subprocess
import sys
import time

_FIRST = 3
# RestartSec of systemd/imgsvc.service
_RESTART_SECONDS = 0.5


def main(address: str, port: str, *command: str) -> None:
    """Until SIGTERM, which ends the server first."""
    listener = socket.create_server((address, int(port)), backlog=2048)
    # Not 3 already, where the server will look for it: dup2 onto itself would leave it closed on exec.
    descriptor = os.dup(listener.fileno()) if listener.fileno() == _FIRST else listener.fileno()
    os.dup2(descriptor, _FIRST, inheritable=True)
    ends = False

    def end(*_signal: object) -> None:
        nonlocal ends
        ends = True
        server.send_signal(signal.SIGTERM)

    while not ends:
        # LISTEN_PID is the server's own, known after the fork alone.
        server = subprocess.Popen(
            ["/bin/sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh", *command], pass_fds=[_FIRST]
        )
        signal.signal(signal.SIGTERM, end)
        was_asked = server.wait() == 0
        # `systemctl restart` does not wait; what ended otherwise is started again after RestartSec.
        time.sleep(0 if was_asked else _RESTART_SECONDS)


if __name__ == "__main__":
    main(*sys.argv[1:])
