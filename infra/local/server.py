"""The HTTP server: requests off the connections, answers onto them."""

import resource
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any

from infra.local import body
from infra.local.gateway import Answer, Gateway, refusal

IDLE_SECONDS = 75
LINGER_SECONDS = 2
DRAIN_SECONDS = 5
CONNECTIONS = 8192

REFUSALS = {
    HTTPStatus.NOT_IMPLEMENTED: "MISSING_AUTHENTICATION_TOKEN",  # a method that no path takes
    HTTPStatus.REQUEST_URI_TOO_LONG: "REQUEST_TOO_LARGE",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "REQUEST_TOO_LARGE",
}
"""How the standard library's own errors are answered; the others as BAD_REQUEST_BODY."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: "Server"
    headers: Message
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # an unreadable request line is answered in full too
    timeout = IDLE_SECONDS
    wbufsize = -1  # an answer leaves in one piece: in two, Nagle's algorithm holds the second back
    disable_nagle_algorithm = True

    def respond(self) -> None:
        with self.server.answering() as stopping:
            if stopping:
                self.close_connection = True
                return
            try:
                content = body.read(self.headers, self.rfile)
            except body.TooLarge:
                self.send_last(refusal("REQUEST_TOO_LARGE"))
            except body.Malformed:
                self.send_last(refusal("BAD_REQUEST_BODY"))
            else:
                self.send(
                    self.server.gateway.answer(
                        self.command,
                        self.path,
                        dict(self.headers.items()),
                        content,
                        self.client_address[0],
                    )
                )

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = respond  # noqa: N815

    def send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, values in answer.headers.items():
            for value in values if isinstance(values, list) else [values]:
                self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        if answer.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    def send_last(self, answer: Answer) -> None:
        """Send, and close: what else comes on this connection cannot be understood."""
        self.close_connection = True
        self.send(answer)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.send_last(refusal(REFUSALS.get(HTTPStatus(code), "BAD_REQUEST_BODY")))

    def handle_expect_100(self) -> bool:
        goes_on = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the parent's name)
        """Nothing: the API logs what is worth it, and a console of access lines hides that."""


class Server(ThreadingTCPServer):
    """Listens on 127.0.0.1, one thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 1024
    gateway: Gateway

    def __init__(self, port: int) -> None:
        """Take `port` (0: any free one), without listening yet. Raises OSError."""
        super().__init__(("127.0.0.1", port), Handler, bind_and_activate=False)
        try:
            self.server_bind()
        except OSError:
            self.server_close()
            raise
        self._changed = threading.Condition()
        self._answering = 0
        self._stopping = False

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @contextmanager
    def serving(self, gateway: Gateway) -> Iterator[None]:
        """Answer with `gateway` until the block ends, then finish what has been begun."""
        self.gateway = gateway
        _allow_many_connections()
        self.server_activate()
        thread = threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            self.server_close()
            with self._changed:
                self._stopping = True
                self._changed.wait_for(lambda: self._answering == 0, DRAIN_SECONDS)

    @contextmanager
    def answering(self) -> Iterator[bool]:
        """Count a request as begun until the block ends; yields whether it comes too late."""
        with self._changed:
            self._answering += 1
            stopping = self._stopping
        try:
            yield stopping
        finally:
            with self._changed:
                self._answering -= 1
                self._changed.notify_all()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection, but let the client read its answer first.

        To close while it still sends would reset the connection, and the answer be lost.
        """
        deadline = time.monotonic() + LINGER_SECONDS
        try:
            request.shutdown(socket.SHUT_WR)
            request.settimeout(LINGER_SECONDS)
            while time.monotonic() < deadline and request.recv(65536):
                pass
        except OSError:
            pass  # the client has gone, or keeps silent
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that left is no error
            super().handle_error(request, client_address)


def _allow_many_connections() -> None:
    """Raise the limit on open files, which is often a thousand, for a crowd's connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS if hard == resource.RLIM_INFINITY else min(CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
