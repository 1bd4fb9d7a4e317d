"""The SDK sends a write again when an answer is lost; no write may do anything twice."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from chalicelib import aws as clients
from chalicelib.domain.bookings import Status
from chalicelib.domain.errors import TooSoon
from chalicelib.domain.offices import Closure
from chalicelib.domain.people import Relation
from chalicelib.services.booking import change, sweep
from chalicelib.services.office import closure
from chalicelib.services.people import family, privacy, profile, registration
from chalicelib.services.sign_in import sessions
from chalicelib.store import slots
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    a_ktp,
    a_phone,
    a_slot,
    booked,
    booking_under,
    code_sent_to,
    registered,
    released_days,
)
from tests.world import NOW

WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
"""Not transactions: DynamoDB knows a repeated one by its token, which moto does not look at."""


class Lost:
    """Every write is carried out, but first answered with a 500, so the SDK sends it again."""

    def __init__(self) -> None:
        self.answered: set[int] = set()
        self.count = 0

    def __call__(self, request: Any, **_: Any) -> AWSResponse | None:
        operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
        body = hash(request.body)
        if operation not in WRITES or body in self.answered:
            return None
        self.answered.add(body)
        self.count += 1
        return AWSResponse(request.url, 500, {}, _Nothing())


class _Nothing:
    """The body of an answer that says nothing."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield b"{}"


@pytest.fixture
def lost(aws: None, monkeypatch: pytest.MonkeyPatch) -> Lost:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    answers = Lost()
    # All hooks are called and the first answer counts, so moto carries out what is answered here.
    clients.client("dynamodb").meta.events.register_first("before-send.dynamodb", answers)
    return answers


def test_an_account_is_opened_and_signed_in_to(lost: Lost) -> None:
    who = registered()
    with pytest.raises(TooSoon):
        registration.register(who.ktp, who.phone, NOW)
    later = NOW + timedelta(minutes=2)
    challenge = sessions.ask(who.phone, later)
    signed_in = sessions.verify(challenge.challenge_id, code_sent_to(who.phone), later)
    assert signed_in.account_id == who.account_id
    assert sessions.refresh(signed_in.refresh_token, later).account_id == who.account_id
    assert lost.count > 8


def test_a_code_that_is_asked_for_again_is_sent_once(lost: Lost) -> None:
    sent = registration.register(a_ktp(), a_phone(), NOW)
    registration.resend(sent.challenge_id, NOW + timedelta(minutes=1))
    verified = registration.verify(
        sent.challenge_id, code_sent_to(a_phone()), NOW + timedelta(minutes=1)
    )
    assert verified.signed_in.account_id


def test_a_family_grows_and_is_corrected_and_erased(lost: Lost) -> None:
    who = registered()
    child = family.add(who.account_id, a_ktp(2), Relation.CHILD, NOW)
    corrected = profile.correct(who.account_id, "Nama Baru", None, NOW)
    assert corrected.holder.ktp == who.ktp._replace(name="Nama Baru")
    family.remove(who.account_id, child.alias, NOW)
    privacy.erase(who.account_id, NOW)


def test_a_place_is_taken_once_moved_once_and_given_back_once(lost: Lost) -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    assert left(SINGLE) == 0
    moved = change.reschedule(made.code, a_slot(DOUBLE), who.account_id, "move", NOW)
    assert (moved.place.first, left(SINGLE), left(DOUBLE)) == (1, 1, 1)
    cancelled = change.cancel(made.code, who.account_id, NOW)
    assert (cancelled.status, left(DOUBLE)) == (Status.CANCELLED, 2)


def test_an_orphan_is_given_back_once(lost: Lost) -> None:
    released_days()
    slots.claim(a_slot(DOUBLE), "NOBODYS00000", 1, 0, NOW)
    sweep.sweep(NOW + timedelta(minutes=5))
    assert left(DOUBLE) == 2


def test_a_closed_day_is_settled_once(lost: Lost) -> None:
    released_days()
    made = booked(a_slot(FAMILY), registered())

    closure.declare("malang", made.slot.day, Closure("Banjir", "Flood"), NOW)
    assert booking_under(made.code).status is Status.CANCELLED


def left(window: Any) -> int:
    roster = slots.get(a_slot(window))
    assert roster
    return roster.left
