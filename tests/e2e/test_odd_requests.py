"""Requests that no client means, on a raw connection: each gets a truthful refusal, at once."""

import gzip
import json
import socket
from typing import NamedTuple

import pytest

from tests.machine import Machine

pytestmark = pytest.mark.server

PATIENCE_SECONDS = 10
"""After so long a connection hangs."""


class Heard(NamedTuple):
    status: int
    media_type: str
    body: bytes


def exchange(machine: Machine, sent: bytes) -> Heard:
    """The first answer on a connection of its own."""
    with socket.create_connection(("127.0.0.1", machine.port), PATIENCE_SECONDS) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    size = int(headers.get("content-length", 0))
    return Heard(int(lines[0].split()[1]), headers.get("content-type", ""), body[:size])


def get(target: bytes, *headers: bytes) -> bytes:
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: 127.0.0.1", *headers, b"Connection: close"]
    return b"\r\n".join([*lines, b"", b""])


def post(target: bytes, body: bytes, *headers: bytes, length: int | None = None) -> bytes:
    length = len(body) if length is None else length
    lines = [
        b"POST " + target + b" HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Content-Type: application/json",
        *([f"Content-Length: {length}".encode()] if length >= 0 else []),
        *headers,
        b"Connection: close",
    ]
    return b"\r\n".join([*lines, b"", body])


SESSIONS = b"/v1/sessions"
BODY = b'{"phone": "081234567890"}'

REFUSED = {
    # where
    "an encoded slash in an id": (get(b"/v1/offices/a%2Fb"), {404, 422}),
    "an encoded slash instead of a slash": (get(b"/v1%2Foffices"), {404}),
    "a doubly encoded slash": (get(b"/v1/offices/a%252Fb"), {404, 422}),
    "a way up": (get(b"/v1/offices/../me"), {401, 404}),
    "an encoded way up": (get(b"/v1/offices/%2e%2e/me"), {404, 422}),
    "a backslash": (get(b"/v1\\offices"), {404}),
    "an encoded NUL": (get(b"/v1/offices/%00"), {404, 422}),
    "a NUL": (get(b"/v1/offices/\x00"), {400, 404, 422}),
    "UTF-8 that is none": (get(b"/v1/offices/\xff\xfe"), {400, 404, 422}),
    "encoded UTF-8 that is none": (get(b"/v1/offices/%ff%fe"), {404, 422}),
    "an encoding that is none": (get(b"/v1/offices/%zz"), {404, 422}),
    "a huge id": (get(b"/v1/offices/" + b"a" * 9_000), {404, 413, 422}),
    "a huge target": (get(b"/v1/offices?near=" + b"1" * 70_000), {413}),
    "a target of another host": (get(b"http://elsewhere.test/v1/nothing"), {404}),
    "a target that is a host": (get(b"elsewhere.test:80"), {404}),
    "a target that is a star": (get(b"*"), {404}),
    "no target": (b"GET  HTTP/1.1\r\nHost: x\r\n\r\n", {400, 404}),
    "a path with a space": (get(b"/v1/ offices"), {400, 404}),
    "ten thousand odd parameters": (
        get(b"/v1/offices?" + b"&".join(b"near=%d" % n for n in range(6_000))),
        {413, 422},
    ),
    # headers
    "a huge header": (get(b"/v1/health", b"X-Huge: " + b"x" * 70_000), {413}),
    "ten thousand headers": (get(b"/v1/health", *[b"X-Many: 1"] * 10_000), {413}),
    "a header without a name": (get(b"/v1/me", b": value"), {400, 401}),
    "a header without a colon": (get(b"/v1/me", b"nonsense"), {400, 401}),
    "a folded header": (get(b"/v1/me", b"Authorization: Bearer", b"  x"), {400, 401}),
    "a NUL in a header": (get(b"/v1/me", b"Authorization: Bearer \x00"), {400, 401}),
    "bytes in a header": (get(b"/v1/me", b"Authorization: Bearer \xff\xfe"), {401}),
    "two authorizations": (
        get(b"/v1/me", b"Authorization: Bearer x", b"Authorization: Bearer y"),
        {401},
    ),
    "two types of a body": (
        post(SESSIONS, b"{}", b"Content-Type: text/plain"),
        {415, 422},
    ),
    "two lengths of a body": (post(SESSIONS, b"{}", b"Content-Length: 3"), {400}),
    # bodies
    "deep JSON": (post(SESSIONS, b'{"phone": ' + b"[" * 5_000), {400, 422}),
    "JSON that is deep and whole": (
        post(SESSIONS, b'{"phone": ' + b"[" * 3_000 + b"]" * 3_000 + b"}"),
        {400, 422},
    ),
    "a NUL in JSON": (post(SESSIONS, b'{"phone": "\x00"}'), {400, 422}),
    "an escaped NUL in JSON": (post(SESSIONS, b'{"phone": "\\u0000"}'), {422}),
    "half a surrogate": (post(SESSIONS, b'{"phone": "\\ud800"}'), {400, 422}),
    "a body of bytes": (post(SESSIONS, bytes(range(256))), {400}),
    "one name twice": (post(SESSIONS, b'{"phone": "1", "phone": "2"}'), {422}),
    "a huge number": (post(SESSIONS, b'{"phone": ' + b"9" * 8_000 + b"}"), {400, 422}),
    "a body over the limit": (post(SESSIONS, b" " * 9_000), {413}),
    "a length that is too short": (post(SESSIONS, BODY, length=5), {400}),
    "a length that is no number": (
        post(SESSIONS, BODY, b"Content-Length: five", length=-1),
        {400},
    ),
    "a length below zero": (post(SESSIONS, BODY, b"Content-Length: -5", length=-1), {400}),
    "a length beyond all bounds": (
        post(SESSIONS, BODY, b"Content-Length: " + b"9" * 30, length=-1),
        {400, 413},
    ),
    "a body in a coding": (
        post(SESSIONS, gzip.compress(BODY), b"Content-Encoding: gzip"),
        {400},
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_is_refused_with_a_problem(what: str, machine: Machine) -> None:
    sent, expected = REFUSED[what]
    heard = exchange(machine, sent)
    assert heard.status in expected
    assert heard.media_type == "application/problem+json"
    assert json.loads(heard.body)["status"] == heard.status


HARMLESS = {
    "a target with its own host": get(b"http://127.0.0.1/v1/health"),
    "ten thousand parameters": get(b"/v1/health?" + b"&".join(b"a=%d" % n for n in range(8_000))),
    "parameters without values": get(b"/v1/health?&&=&a&=b"),
    "an encoded parameter that is no UTF-8": get(b"/v1/health?a=%ff%fe"),
    "a hundred headers": get(b"/v1/health", *[b"X-Many: 1"] * 90),
    "an odd language": get(b"/v1/health", b"Accept-Language: " + b"en;q=\xff," * 500),
    "a body to a route that takes none": post(b"/v1/health", b"{").replace(b"POST", b"GET"),
    "a lower case protocol header": get(b"/v1/health", b"hOsT: 127.0.0.1"),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_is_answered_like_any_other(what: str, machine: Machine) -> None:
    heard = exchange(machine, HARMLESS[what])
    assert (heard.status, json.loads(heard.body)["status"]) == (200, "ok")


def test_a_body_that_does_not_come_ends_when_the_client_does(machine: Machine) -> None:
    with socket.create_connection(("127.0.0.1", machine.port), PATIENCE_SECONDS) as connection:
        connection.sendall(post(SESSIONS, BODY, length=100))
        connection.shutdown(socket.SHUT_WR)
        assert connection.makefile("rb").read() == b""
    assert exchange(machine, get(b"/v1/health")).status == 200
