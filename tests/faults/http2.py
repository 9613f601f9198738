"""Just enough of HTTP/2, with prior knowledge, to ask for something and to take it back (RST_STREAM)."""

import socket
import struct

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RST_STREAM, _SETTINGS = 0, 1, 3, 4
_CANCEL = 8


def _frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def _literal(name: bytes, value: bytes) -> bytes:
    """A header field without indexing and without Huffman; both shorter than 127 bytes."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


class Connection:
    """One connection with many streams; a context manager."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._socket.sendall(_PREFACE + _frame(_SETTINGS, 0, 0) + _frame(_SETTINGS, 1, 0))
        self._stream = -1

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def ask(self, path: str) -> int:
        """Open a stream; its number."""
        self._stream += 2
        fields = ((b":method", b"GET"), (b":scheme", b"http"), (b":authority", b"x"), (b":path", path.encode()))
        block = b"".join(_literal(name, value) for name, value in fields)
        self._socket.sendall(_frame(_HEADERS, 0x5, self._stream, block))
        return self._stream

    def cancel(self, stream: int) -> None:
        """Take the request back; the connection goes on."""
        self._socket.sendall(_frame(_RST_STREAM, 0, stream, struct.pack(">I", _CANCEL)))
