"""The HTTP server: Waitress reads requests and writes answers; what is in them is the gateway's."""

import logging
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import Task, ThreadedTaskDispatcher
from waitress.wasyncore import close_all, dispatcher, loop

from infra.local.gateway import API, Answer, Gateway, refusal

THREADS = 16
"""How many requests of a function run at a time; Lambda has a limit too. The others wait here and
not at the emulator, where they would wait longer than the time-outs of the SDK allow."""

BODY_BYTES = 10 * 1024 * 1024
HEADER_BYTES = 64 * 1024
READ_BYTES = 64 * 1024 * 1024
"""So much of a body that is too large is read: a client that still sends when the connection closes
never sees the answer."""

IDLE_SECONDS = 75
DRAIN_SECONDS = 5
CONNECTIONS = 8192

REFUSALS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "REQUEST_TOO_LARGE",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "REQUEST_TOO_LARGE",
    HTTPStatus.INTERNAL_SERVER_ERROR: "DEFAULT_5XX",
}
"""How Waitress's own errors are answered; the others as BAD_REQUEST_BODY."""

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # in a crowd all but a few wait


class Parser(HTTPRequestParser):
    """One request."""

    def parse_header(self, header: bytes) -> None:
        super().parse_header(header)
        if self.version not in ("1.0", "1.1"):
            raise ParsingError("another protocol")
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("how requests are smuggled past a proxy")

    @property
    def refused_as(self) -> str | None:
        """The gateway response type of a request that the gateway never sees."""
        if self.error:
            return REFUSALS.get(HTTPStatus(self.error.code), "BAD_REQUEST_BODY")
        body_bytes = len(self.body_rcv) if self.body_rcv else 0
        if self.header_bytes_received > HEADER_BYTES or body_bytes > BODY_BYTES:
            return "REQUEST_TOO_LARGE"
        return None


class Exchange(Task):
    """One request and its answer."""

    complete = True  # status and headers are known before the first byte is written

    def execute(self) -> None:
        if kind := self.request.refused_as:
            self.version = "1.1"  # that of the request may be unknown
            self.set_close_on_finish()
            self._send(refusal(kind))
        else:
            self._send(self._answer())

    def _answer(self) -> Answer:
        request = self.request
        gateway: Gateway = self.channel.server.application
        return gateway.answer(
            request.command,
            request.request_uri,
            {name.replace("_", "-").lower(): value for name, value in request.headers.items()},
            request.get_body_stream().read() or None,
            self.channel.addr[0],
        )

    def _send(self, answer: Answer) -> None:
        self.status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        for name, values in answer.headers.items():
            for value in values if isinstance(values, list) else [values]:
                self.response_headers.append((name, value))
        self.content_length = len(answer.body)
        self.write(b"" if self._is_head() else answer.body)

    def _is_head(self) -> bool:
        return not self.request.error and self.request.command == "HEAD"


class Channel(HTTPChannel):
    """One connection."""

    parser_class = Parser
    task_class = error_task_class = Exchange


class Walls:
    """Threads for each function alone: one whose requests all wait holds up no other."""

    def __init__(self) -> None:
        self._of: dict[str, ThreadedTaskDispatcher] = {}
        self._lock = threading.Lock()

    def add_task(self, channel: Channel) -> None:
        """Answer the next request of a connection, once its function has a thread for it."""
        request, gateway = channel.requests[0], channel.server.application
        if request.refused_as:
            function = API
        else:
            function = gateway.function(request.command, request.request_uri)
        self._threads_of(function).add_task(channel)

    def _threads_of(self, function: str) -> ThreadedTaskDispatcher:
        with self._lock:
            if function not in self._of:
                self._of[function] = ThreadedTaskDispatcher()
                self._of[function].set_thread_count(THREADS)
            return self._of[function]

    def shutdown(self, timeout: float) -> None:
        """End all threads, and cancel what none has begun."""
        for threads in self._of.values():
            threads.shutdown(timeout=timeout)


class Server(TcpWSGIServer):
    """Listens on 127.0.0.1: a thread for all connections, and `THREADS` for each function."""

    channel_class = Channel

    def __init__(self, port: int) -> None:
        """Take `port` (0: any free one), without listening yet. Raises OSError."""
        super().__init__(
            None,
            _start=False,
            dispatcher=Walls(),
            host="127.0.0.1",
            port=port,
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE_SECONDS,
            max_request_body_size=READ_BYTES,
            clear_untrusted_proxy_headers=False,  # it is the service that distrusts them
            log_socket_errors=False,  # a client that left is no error
            ident=None,
        )
        self.port = int(self.effective_port)
        self._stopping = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def serving(self, gateway: Gateway) -> Iterator[None]:
        """Answer with `gateway` until the block ends, then finish what has been begun."""
        self.application = gateway
        _allow_many_connections()
        self.accept_connections()
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self.pull_trigger()
            thread.join()

    def handle_accept(self) -> None:
        """Take all who wait: one at a time, as Waitress does it, would be slow in a crowd."""
        known = -1
        while len(self._map) > known:
            known = len(self._map)
            super().handle_accept()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._turn()
        dispatcher.close(self)  # Waitress's own close would cut off the answers too
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._unfinished() and time.monotonic() < deadline:
            self._turn()
        self.task_dispatcher.shutdown(timeout=1)
        close_all(self._map)

    def _turn(self) -> None:
        loop(timeout=1, use_poll=True, map=self._map, count=1)

    def _unfinished(self) -> bool:
        channels = self.active_channels.values()
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


def _allow_many_connections() -> None:
    """Raise the limit on open files, which is often a thousand, for a crowd's connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS if hard == resource.RLIM_INFINITY else min(CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
