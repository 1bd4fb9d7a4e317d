"""One client's connection: httptools parses, and requests are answered one after the other.

What cannot be parsed becomes the problem that API Gateway answers, and so does anything larger than
10 MB or 64 KiB of headers.
"""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple, cast

from httptools import (
    HttpParserError,
    HttpParserInvalidMethodError,
    HttpParserInvalidURLError,
    HttpParserUpgrade,
    HttpRequestParser,
)

from chalicelib import clock
from infra.local.gateway import Answer, refusal

BODY_BYTES = 10 * 1024 * 1024
HEADER_BYTES = 64 * 1024
READ_BYTES = 64 * 1024 * 1024
"""So much of what nobody will look at is read: a client that still sends when the connection closes
never sees the answer."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Z-]+ [^ ]+ HTTP/1\.[01]\r?\n")
"""How any request begins; httptools knows only methods that are registered."""


class Request(NamedTuple):
    """A request that has come to its end, or as much of it as was read before it was refused."""

    method: str
    target: str
    headers: dict[str, str]
    """By name in lower case; what comes twice is joined by a comma."""
    body: bytes
    peer: str
    stays: bool
    """Whether the connection stays open after it."""
    refused: str
    """The gateway response type of a request that the gateway never sees, or nothing."""


Take = Callable[["Connection", Request], None]
"""Has `Connection.send` called with an answer, some time soon, on the thread of the loop."""


class Connection(asyncio.Protocol):
    """From the first byte to the last."""

    def __init__(self, take: Take, connections: "set[Connection]") -> None:
        """It is one of ``connections`` while it is open."""
        self._take = take
        self._connections = connections
        self._parser = HttpRequestParser(self)
        self._waiting: deque[Request] = deque()
        self._current: Request | None = None
        self._in_head = False
        self._ends = False
        """Nothing that comes from now on is a request."""
        self._left = False
        """The client has said that nothing more will come."""
        self._since = 0
        """How many bytes have come since httptools has found something, or for nothing."""
        self.active_at = time.monotonic()

    # ---- the transport ---------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        peer = transport.get_extra_info("peername")
        self._peer: str = peer[0] if peer else ""  # the client may have left already
        self._connections.add(self)

    def data_received(self, data: bytes) -> None:
        self.active_at = time.monotonic()
        self._since += len(data)
        if self._ends:
            if self._since > READ_BYTES:
                self._transport.abort()
            return
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self._ends = True  # the request is answered as if it had not asked for that
        except HttpParserInvalidURLError:
            self._refuse("MISSING_AUTHENTICATION_TOKEN")
        except HttpParserInvalidMethodError:
            known = REQUEST_LINE.match(data)
            self._refuse("MISSING_AUTHENTICATION_TOKEN" if known else "BAD_REQUEST_BODY")
        except HttpParserError:
            self._refuse("BAD_REQUEST_BODY")
        if self._in_head and self._since > HEADER_BYTES:
            self._refuse("REQUEST_TOO_LARGE")

    def eof_received(self) -> bool:
        self._left = self._ends = True
        return self.busy

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.discard(self)
        self._waiting.clear()

    # ---- what httptools finds --------------------------------------------------------------------

    def on_message_begin(self) -> None:
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._body_bytes = 0
        self._head_bytes = self._since = 0
        self._in_head = True

    def on_url(self, part: bytes) -> None:
        self._since = 0
        self._head_bytes += len(part)
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # it is of a trailer
        self._since = 0
        self._head_bytes += len(name) + len(value)
        header, text = _lower(name), value.decode("latin-1")
        earlier = self._headers.get(header)
        self._headers[header] = text if earlier is None else f"{earlier},{text}"

    def on_headers_complete(self) -> None:
        self._in_head = False
        if self._head_bytes > HEADER_BYTES:
            self._refuse("REQUEST_TOO_LARGE")
        elif self._parser.get_http_version() not in ("1.0", "1.1"):
            self._refuse("BAD_REQUEST_BODY")
        elif self._headers.get("expect", "").lower() == "100-continue" and not self.busy:
            self._transport.write(CONTINUE)

    def on_body(self, part: bytes) -> None:
        self._body_bytes += len(part)
        if self._body_bytes > BODY_BYTES:
            self._refuse("REQUEST_TOO_LARGE")
        elif not self._ends:
            self._body.append(part)

    def on_message_complete(self) -> None:
        parser = self._parser
        stays = parser.should_keep_alive() and parser.get_http_version() == "1.1"
        self._add(
            Request(
                parser.get_method().decode(),
                self._target.decode("latin-1"),
                self._headers,
                b"".join(self._body),
                self._peer,
                stays and not parser.should_upgrade(),
                "",
            )
        )

    # ---- one after the other ---------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return self._current is not None

    def _refuse(self, kind: str) -> None:
        self._add(Request("", "", {}, b"", self._peer, stays=False, refused=kind))

    def _add(self, request: Request) -> None:
        if self._ends:
            return
        self._ends = not request.stays
        if self.busy:
            self._waiting.append(request)
            self._transport.pause_reading()
        else:
            self._begin(request)

    def _begin(self, request: Request) -> None:
        self._current = request
        if request.refused:
            self.send(refusal(request.refused))
        else:
            self._take(self, request)

    def send(self, answer: Answer) -> None:
        """Write the answer to the request that is under way, and go on to the next."""
        request, self._current = self._current, None
        assert request is not None
        if self._transport.is_closing():
            return
        self.active_at = time.monotonic()
        self._transport.write(_message(answer, request))
        if self._waiting:
            self._begin(self._waiting.popleft())
        elif self._left or not (request.stays or request.refused):
            self._transport.close()
        elif request.refused:
            self._transport.write_eof()  # and what the client still sends is read, unlooked at
        elif not self._transport.is_reading():
            self._transport.resume_reading()

    def close(self) -> None:
        """Close it, unless an answer is under way."""
        if not self.busy:
            self._transport.close()


def _message(answer: Answer, request: Request) -> bytes:
    lines = [_status_line(answer.status), _date(int(clock.now().timestamp()))]
    for name, values in answer.headers.items():
        several = [values] if isinstance(values, str) else values
        lines += [f"{name}: {value}\r\n" for value in several]
    if answer.status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Length: {len(answer.body)}\r\n")
    if not request.stays:
        lines.append("Connection: close\r\n")
    lines.append("\r\n")
    return "".join(lines).encode("latin-1") + (b"" if request.method == "HEAD" else answer.body)


@lru_cache(maxsize=256)
def _lower(name: bytes) -> str:
    return name.decode("latin-1").lower()


@lru_cache(maxsize=64)
def _status_line(status: int) -> str:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    """By the service's own clock, which counts down to releases, whatever the machine's says."""
    return f"Date: {formatdate(second, usegmt=True)}\r\n"
