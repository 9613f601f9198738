"""A key and a certificate for loopback servers; nothing outside of the tests trusts them."""

import ssl
from contextlib import suppress
from pathlib import Path

# openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=origin.test
#   -addext "subjectAltName=DNS:origin.test,DNS:localhost,IP:127.0.0.1"
ORIGIN_PEM = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEYLAeNjdyJXQR0PA
s34Nogxy2s6bVDbGwds3wUzHI6ShRANCAAS3Mrw1UItTLrcBuWD5jrfX2LLZkCoE
zlZBcDmPLqbI+/PBY2G5vSM7gpjqwGNjrCW3UDOzaMPeored7hyyo7hD
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBrTCCAVKgAwIBAgIUYISYCYf9mElFM/LODFniXNh/07YwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLb3JpZ2luLnRlc3QwIBcNMjYxMTIzMTk1MzA0WhgPMjEyNjEw
MzAxOTUzMDRaMBYxFDASBgNVBAMMC29yaWdpbi50ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEtzK8NVCLUy63Ablg+Y6319iy2ZAqBM5WQXA5jy6myPvzwWNh
ub0jO4KY6sBjY6wlt1Azs2jD3qK3ne4csqO4Q6N8MHowHQYDVR0OBBYEFN7h0eVB
XJvY0vbC9mSTpari6AeMMB8GA1UdIwQYMBaAFN7h0eVBXJvY0vbC9mSTpari6AeM
MA8GA1UdEwEB/wQFMAMBAf8wJwYDVR0RBCAwHoILb3JpZ2luLnRlc3SCCWxvY2Fs
aG9zdIcEfwAAATAKBggqhkjOPQQDAgNJADBGAiEAnGaOlmSmUKO6ndyt0BQTtarP
kYKLu0vTgdh63dFb0EICIQDsZCW2aS2ReT0372JzXP3YFCm82h7wDzDkNRnJXKzb
pg==
-----END CERTIFICATE-----
"""


def server_context(directory: Path) -> ssl.SSLContext:
    """What a TLS server for 127.0.0.1 and localhost needs; the PEM file is written to `directory`."""
    path = directory / "origin.pem"
    path.write_text(ORIGIN_PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def negotiated(client: ssl.SSLContext, offered: list[str], directory: Path) -> str | None:
    """The protocol that `client` agrees on with a server that offers these."""
    server = server_context(directory)
    server.set_alpn_protocols(offered)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [client.wrap_bio(to_client, to_server), server.wrap_bio(to_server, to_client, server_side=True)]
    for _ in range(4):
        for side in sides:
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return sides[0].selected_alpn_protocol()
