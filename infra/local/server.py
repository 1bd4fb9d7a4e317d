"""The HTTP server: one thread holds all connections (connection.py), and others answer.

The loop is uvloop's: the operating system tells it who has sent something, so that those who are
silent cost nothing. A call waits for AWS, hence the threads.
"""

import asyncio
import os
import resource
import socket
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import uvloop

from infra.local.connection import Connection, Request
from infra.local.gateway import Answer, Gateway, Matched

THREADS = 16
"""How many requests of a function run at a time; Lambda has a limit too. The others wait here and
not at the emulator, where they would wait longer than the time-outs of the SDK allow."""

IDLE_SECONDS = 75
DRAIN_SECONDS = 5
CONNECTIONS = 8192
BACKLOG = 2048


class Server:
    """Listens on 127.0.0.1: one thread for all connections, and `THREADS` for each function."""

    def __init__(self, port: int) -> None:
        """Take `port` (0: any free one), without listening yet. Raises OSError."""
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self._connections: set[Connection] = set()
        self._threads: dict[str, ThreadPoolExecutor] = defaultdict(_threads)
        self.under_way = 0
        """How many requests have come and are not answered yet."""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def serving(self, gateway: Gateway) -> Iterator[None]:
        """Answer with `gateway` until the block ends, then finish what has been begun."""
        self._gateway = gateway
        _allow_many_connections()
        self._loop = uvloop.new_event_loop()
        self._stopping = asyncio.Event()
        listening = threading.Event()
        thread = threading.Thread(target=self._run, args=[listening], daemon=True)
        thread.start()
        listening.wait()
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._stopping.set)
            thread.join()

    def _take(self, connection: Connection, request: Request) -> None:
        self.under_way += 1
        matched = self._gateway.match(request.method, request.target)
        self._threads[matched.function].submit(self._answer, connection, request, matched)

    def _answer(self, connection: Connection, request: Request, matched: Matched) -> None:
        answer = self._gateway.answer(matched, request.headers, request.body, request.peer)
        self._loop.call_soon_threadsafe(self._send, connection, answer)

    def _send(self, connection: Connection, answer: Answer) -> None:
        self.under_way -= 1
        connection.send(answer)

    def _run(self, listening: threading.Event) -> None:
        _stay_on_one_processor()  # the threads that answer are begun by this one, and do as it does
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(listening))

    async def _serve(self, listening: threading.Event) -> None:
        server = await self._loop.create_server(
            lambda: Connection(self._take, self._connections), sock=self._socket, backlog=BACKLOG
        )
        idle = self._loop.create_task(self._close_idle())
        listening.set()
        await self._stopping.wait()
        idle.cancel()
        server.close()
        await self._drain()
        for threads in self._threads.values():
            threads.shutdown(wait=False, cancel_futures=True)

    async def _close_idle(self) -> None:
        while True:
            await asyncio.sleep(IDLE_SECONDS / 5)
            before = time.monotonic() - IDLE_SECONDS
            for connection in list(self._connections):
                if connection.active_at < before:
                    connection.close()

    async def _drain(self) -> None:
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._connections and time.monotonic() < deadline:
            for connection in list(self._connections):
                connection.close()
            await asyncio.sleep(0.01)


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS)


def _stay_on_one_processor() -> None:
    """Keep this thread, and those that it begins, on one processor, where the system can do that.

    Python runs one of them at a time. Where several processors are free, each that waits for its
    turn is woken on another one, often in vain, and finds nothing of what it needs in its cache.
    """
    if sys.platform == "linux":
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {processors[os.getpid() % len(processors)]})


def _allow_many_connections() -> None:
    """Raise the limit on open files, which is often a thousand, for a crowd's connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS if hard == resource.RLIM_INFINITY else min(CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
