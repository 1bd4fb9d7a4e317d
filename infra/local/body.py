"""Reads a request's body off the connection, within the size that API Gateway takes."""

import re
from email.message import Message
from io import BufferedIOBase

LIMIT_BYTES = 10 * 1024 * 1024
LINE_BYTES = 4096

LENGTH = re.compile(r"[0-9]{1,18}")
CHUNK = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(;.*)?\r?\n")


class TooLarge(Exception):
    """The body is larger than the limit; it was not read."""


class Malformed(Exception):
    """Where the body ends cannot be told."""


def read(headers: Message, stream: BufferedIOBase) -> bytes | None:
    """The body announced by `headers`, or None if there is none.

    Raises `TooLarge`, `Malformed`, and ConnectionResetError if the client leaves half-way.
    """
    coding = headers.get("Transfer-Encoding")
    lengths = headers.get_all("Content-Length", [])
    if coding is not None:
        # Both at once is how requests are smuggled past a proxy.
        if coding.strip().lower() != "chunked" or lengths:
            raise Malformed
        return _chunked(stream) or None
    if not lengths:
        return None
    if len(lengths) > 1 or not LENGTH.fullmatch(lengths[0].strip()):
        raise Malformed
    length = int(lengths[0])
    if length > LIMIT_BYTES:
        raise TooLarge
    return _exactly(stream, length) or None


def _chunked(stream: BufferedIOBase) -> bytes:
    body = bytearray()
    while size := _chunk_size(stream):
        if len(body) + size > LIMIT_BYTES:
            raise TooLarge
        body += _exactly(stream, size)
        if _line(stream).strip():
            raise Malformed
    while _line(stream).strip():
        pass  # trailers say nothing that anybody here reads
    return bytes(body)


def _chunk_size(stream: BufferedIOBase) -> int:
    found = CHUNK.fullmatch(_line(stream))
    if found is None:
        raise Malformed
    return int(found[1], 16)


def _line(stream: BufferedIOBase) -> bytes:
    line = stream.readline(LINE_BYTES)
    if not line:
        raise ConnectionResetError("the client left within its request")
    if not line.endswith(b"\n"):
        raise Malformed
    return line


def _exactly(stream: BufferedIOBase, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise ConnectionResetError("the client left within its request")
    return data
