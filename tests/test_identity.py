"""The civil register: what it is asked, what its answers mean, and what becomes of its silence."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from chalicelib import aws as clients
from chalicelib import identity, keyring
from chalicelib.config import Settings, settings
from chalicelib.domain.people import Ktp
from chalicelib.identity import Answer
from chalicelib.telemetry import Metric
from tests.builders import a_ktp, measured
from tests.register import (
    BROKEN,
    IMPATIENT,
    MATCH_LATER,
    MISMATCH,
    SILENT,
    asked_at,
    register_on,
)

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def register() -> Iterator[None]:
    with register_on():
        yield


# ---- what it answers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        (1, Answer.MATCH),
        (MISMATCH, Answer.MISMATCH),
        (SILENT, Answer.NONE),
        (BROKEN, Answer.NONE),
    ],
)
def test_its_answer_is_one_of_three(number: int, answer: Answer, register: None) -> None:
    assert identity.ask(a_ktp(number)) is answer


def test_it_may_be_silent_once_and_answer_later(register: None) -> None:
    ktp = a_ktp(MATCH_LATER)
    assert [identity.ask(ktp), identity.ask(ktp)] == [Answer.NONE, Answer.MATCH]


def test_nobody_waits_longer_than_they_have_patience(register: None) -> None:
    began = time.monotonic()
    identity.ask(a_ktp(SILENT))
    assert time.monotonic() - began < 10 * IMPATIENT.total_seconds()


def test_nobody_waits_two_seconds_and_more() -> None:
    assert identity.PATIENCE.total_seconds() == 2


def test_where_there_is_none_nobody_is_asked() -> None:
    assert (identity.there(), identity.ask(a_ktp())) == (False, Answer.OFF)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"no JSON"),
        (200, b"\xff"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'"match"'),
        (200, b'{"match": null}'),
        (200, b'{"match": "true"}'),
        (200, b'{"match": 1}'),
        (200, b'{"match": 0}'),
        (200, b"[" * 100_000),
        (201, b'{"match": true}'),
        (302, b'{"match": true}'),
        (400, b'{"match": false}'),
        (401, b'{"match": false}'),
        (404, b'{"match": false}'),
        (429, b'{"match": false}'),
        (500, b'{"match": true}'),
    ],
)
def test_what_it_never_says_is_no_answer(status: int, body: bytes) -> None:
    with a_register(status, body) as (address, _), asked_at(address):
        assert identity.ask(a_ktp()) is Answer.NONE


def test_where_nobody_listens_there_is_no_answer() -> None:
    with a_register(200, b"") as (address, _):
        pass
    with asked_at(address):
        assert identity.ask(a_ktp()) is Answer.NONE


# ---- what it is asked ----------------------------------------------------------------------------


def test_it_is_asked_for_nik_name_and_birth_date_with_the_credential_and_told_no_more() -> None:
    ktp = a_ktp(1, email="pemohon@example.id")
    with a_register(200, b'{"match": true}') as (address, asked), asked_at(address):
        identity.ask(ktp)
    ((headers, body),) = asked
    assert json.loads(body) == {
        "nik": ktp.nik.digits,
        "name": ktp.name,
        "birth_date": ktp.birth_date.isoformat(),
    }
    assert headers["Authorization"] == f"Bearer {keyring.identity()}"
    assert headers["Content-Type"] == "application/json"


def test_it_is_asked_once_whatever_it_answers() -> None:
    for status in (200, 500, 503):
        with a_register(status, b"{}") as (address, asked), asked_at(address):
            identity.ask(a_ktp())
        assert len(asked) == 1


def test_nobody_is_sent_on_to_another_address() -> None:
    with (
        a_register(200, b'{"match": true}') as (elsewhere, asked),
        a_register(302, b"", {"Location": elsewhere}) as (address, _),
        asked_at(address),
    ):
        assert identity.ask(a_ktp()) is Answer.NONE
    assert asked == []


def test_the_stand_in_takes_no_question_without_a_credential(register: None) -> None:
    secrets = clients.client("secretsmanager")
    secrets.put_secret_value(SecretId=settings.identity_secret, SecretString='{"key": ""}')
    assert identity.ask(a_ktp()) is Answer.NONE


def test_the_data_of_people_travel_encrypted_or_stay_on_this_machine() -> None:
    for address in (
        "http://register.example.id/",
        "http://127.0.0.2:80",
        "http://127.0.0.1:80@register.example.id/",
        "ftp://register.example.id/",
        "register",
    ):
        with pytest.raises(ValueError, match="https"):
            Settings.read({"IDENTITY_URL": address})
    for address in ("", "https://register.example.id/v1/match", "http://127.0.0.1:8080/"):
        assert Settings.read({"IDENTITY_URL": address}).identity_url == address


# ---- what is noted -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "answer"), [(1, "match"), (MISMATCH, "mismatch"), (BROKEN, "none")]
)
def test_it_is_counted_what_it_said_and_nothing_is_printed_of_anybody(
    number: int, answer: str, register: None, capsys: pytest.CaptureFixture[str]
) -> None:
    ktp: Ktp = a_ktp(number)
    identity.ask(ktp)
    printed = capsys.readouterr()
    assert measured(printed.out, Metric.REGISTER) == [{"value": 1, "result": answer}]
    for private in (ktp.nik.digits, ktp.name, ktp.birth_date.isoformat()):
        assert private not in printed.out + printed.err


# ---- registers of every kind ---------------------------------------------------------------------


@contextmanager
def a_register(
    status: int, body: bytes, more: dict[str, str] | None = None
) -> Iterator[tuple[str, list[tuple[Any, bytes]]]]:
    """A register that always says the same: its address, and what it was asked."""
    asked: list[tuple[Any, bytes]] = []

    class Register(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            for name, value in {**(more or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Register) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/match", asked
        finally:
            server.shutdown()
