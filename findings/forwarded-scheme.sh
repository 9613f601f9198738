#!/usr/bin/env bash
# gunicorn answers 400 where two headers of a trusted proxy disagree about the scheme, and a client may have sent one of them.
cd "$(dirname "$0")" && . ./fresh.sh

# It believes three headers from loopback by default: X-Forwarded-Proto, -Protocol and -Ssl. A proxy that sets the first, as
# all of them do, passes on the others as they come; whoever sends "X-Forwarded-Ssl: on" through one that speaks http gets 400.
packages gunicorn==27.0.1
sees 'Proto: 200
Ssl: 200
Proto http, Ssl on: 400
Proto https, Protocol ssl: 200' <<'PYTHON'
import http.client
import socket
import subprocess
import sys
import time
from pathlib import Path

Path("app.py").write_text("def app(environ, start):\n    start('200 OK', [])\n    return [b'ok']\n")
with socket.create_server(("127.0.0.1", 0)) as found:
    port = found.getsockname()[1]
server = subprocess.Popen([sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "app:app"])


def status(**headers):
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    client.request("GET", "/", headers={f"X-Forwarded-{name}": value for name, value in headers.items()})
    return client.getresponse().status


try:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    print("Proto:", status(Proto="http"))
    print("Ssl:", status(Ssl="on"))
    print("Proto http, Ssl on:", status(Proto="http", Ssl="on"))
    print("Proto https, Protocol ssl:", status(Proto="https", Protocol="ssl"))
finally:
    server.terminate()
    server.wait()
PYTHON
