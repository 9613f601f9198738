#!/usr/bin/env bash
# requests does not ask for the URL that it is given: it writes escapes anew, and a signature over the path fails.
cd "$(dirname "$0")" && . ./fresh.sh

# RFC 3986, 6.2.2: these spellings mean the same, and whoever compares URLs may take them for one. A server that checks a
# signature over a path, or looks up its bytes, does not: a signed URL that works in curl is refused here.
packages requests==2.34.2 urllib3==2.8.0
sees 'asked for: /sig/w:10/%7euser/a%2db%2f%c3%a9.jpg
requests: /sig/w:10/~user/a-b%2F%C3%A9.jpg
urllib3: /sig/w:10/%7Euser/a%2Db%2F%C3%A9.jpg
asked for: /sig/plain/http://a.test/x/../y[1].jpg
requests: /sig/plain/http://a.test/y%5B1%5D.jpg
urllib3: /sig/plain/http://a.test/y%5B1%5D.jpg' <<'PYTHON'
import socket
import threading

import requests
import urllib3

seen = []
listener = socket.create_server(("127.0.0.1", 0))


def serve():
    while True:
        client, _ = listener.accept()
        with client:
            seen.append(client.recv(65_536).split(b" ")[1].decode())
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


threading.Thread(target=serve, daemon=True).start()
origin = "http://127.0.0.1:{}".format(listener.getsockname()[1])
session = requests.Session()
session.trust_env = False
for path in ("/sig/w:10/%7euser/a%2db%2f%c3%a9.jpg", "/sig/plain/http://a.test/x/../y[1].jpg"):
    print("asked for:", path)
    session.get(origin + path)
    print("requests:", seen.pop())
    urllib3.PoolManager().request("GET", origin + path)
    print("urllib3:", seen.pop())
PYTHON
