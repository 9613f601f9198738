#!/usr/bin/env bash
# requests takes a 103 (Early Hints) for the answer: status 103, "ok", and an empty body. The 200 behind it is never read.
cd "$(dirname "$0")" && . ./fresh.sh

# RFC 9110, 15.2: a client must be able to parse 1xx before the final response. Python's http.client passes over 100 alone.
packages requests==2.34.2 urllib3==2.8.0
sees "requests: 103 ok=True b''
urllib3: 103 b''" <<'PYTHON'
import socket
import threading

import requests
import urllib3

ANSWER = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
listener = socket.create_server(("127.0.0.1", 0))


def serve():
    while True:
        client, _ = listener.accept()
        with client:
            client.recv(65_536)
            client.sendall(ANSWER)


threading.Thread(target=serve, daemon=True).start()
url = "http://127.0.0.1:{}/".format(listener.getsockname()[1])
session = requests.Session()
session.trust_env = False
answer = session.get(url)
print(f"requests: {answer.status_code} ok={answer.ok} {answer.content}")
answer = urllib3.PoolManager().request("GET", url)
print(f"urllib3: {answer.status} {answer.data}")
PYTHON
