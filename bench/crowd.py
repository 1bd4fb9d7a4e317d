"""A crowd over HTTP: each has a connection of their own, asks once, and reads the whole answer."""

import asyncio
import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody was told, and when: seconds since the first was due."""

    status: int
    body: Any
    due: float
    told: float

    @property
    def took(self) -> float:
        """Seconds from when the request was due, so that a slow client hides nothing."""
        return self.told - self.due


def request(port: int, path: str, body: Any, token: str, key: str) -> bytes:
    """A POST as it goes over the wire."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        f"Authorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n\r\n"
    )
    return head.encode() + content


def arrive(port: int, requests: Sequence[bytes], per_second: float) -> list[Answer]:
    """Requests come at an even rate, whether or not those before them have been answered."""

    async def all_of_them() -> list[Answer]:
        began = asyncio.get_running_loop().time()
        return await asyncio.gather(
            *(_ask(port, asked, began, n / per_second) for n, asked in enumerate(requests))
        )

    with uninterrupted():
        return asyncio.run(all_of_them())


def queue(port: int, requests: Sequence[bytes], at_once: int) -> list[Answer]:
    """``at_once`` requests are on their way at any time; each answer lets the next one go."""

    async def all_of_them() -> list[Answer]:
        began = asyncio.get_running_loop().time()
        waiting = iter(requests)

        async def one_after_another() -> list[Answer]:
            return [await _ask(port, asked, began, None) for asked in waiting]

        lines = await asyncio.gather(*(one_after_another() for _ in range(at_once)))
        return [answer for line in lines for answer in line]

    with uninterrupted():
        return asyncio.run(all_of_them())


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Look for no garbage: in a bench that holds much it takes longer than what is measured."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _ask(port: int, asked: bytes, began: float, due: float | None) -> Answer:
    loop = asyncio.get_running_loop()
    if due is None:
        due = loop.time() - began
    await asyncio.sleep(began + due - loop.time())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(asked)
        answer = await reader.read()
        told = loop.time() - began
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return Answer(int(head.split(b" ", 2)[1]), json.loads(body), due, told)
