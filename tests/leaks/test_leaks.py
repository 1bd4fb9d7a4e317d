"""A thousand people's whole journey, with faults on the way, leaves no trace of who they are.

All that an operator, a thief of a table or a reader of logs could see is searched: every item that
was ever written, every log line and metric, every refusal, what is logged of a job that failed, and
the texts of the SMS. What its owner is answered is no leak.
"""

import hashlib
import io
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from itertools import chain
from typing import Any
from unittest.mock import patch

import pytest

from chalicelib import aws, sms, telemetry, vault
from chalicelib.api import tokens
from chalicelib.domain import texts
from chalicelib.domain.errors import Invalid, Unreadable
from chalicelib.domain.people import Digest, Relation
from chalicelib.services.notices import reminders
from chalicelib.services.people import family, registration
from chalicelib.services.sign_in import codes
from chalicelib.store import accounts, challenges
from chalicelib.store.tables.people import AccountItem
from chalicelib.telemetry import Metric, count
from tests.api.caller import call, token_of
from tests.builders import a_ktp, a_phone, registered, texts_to
from tests.leaks.aws import running
from tests.leaks.journey import Journey
from tests.leaks.people import Someone, people, traces
from tests.leaks.traces import Search, Trace, of_digests, of_value
from tests.world import NOW, forget

SIZE = 1_000
FAULT_EVERY = 100
"""Calls to AWS."""

pytestmark = pytest.mark.usefixtures("aws")

Places = dict[str, list[bytes]]


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """What is logged and measured."""
    with redirect_stdout(io.StringIO()) as out:
        yield out


def lived(
    journey: Journey, crowd: list[Someone], written: list[bytes], sent: list[tuple[str, str]]
) -> Places:
    """All that is written while the first half goes the way with the second half as relatives."""
    half = len(crowd) // 2
    with listening() as out:
        forget()
        journey.of(crowd[:half], crowd[half:])
    return {
        "a table": written,
        "a log or a metric": [out.getvalue().encode()],
        "a refusal": journey.refusals,
        "a dead letter": journey.letters,
        "the text of an SMS": [text.encode() for _, text in sent],
    }


def last_text(sent: list[tuple[str, str]]) -> Callable[[str], str]:
    return lambda phone: next((text for to, text in reversed(sent) if to == phone), "")


def found(crowd: Iterable[Someone], journey: Journey, places: Places) -> set[str]:
    search = Search(chain(*map(traces, crowd), of_secrets(journey)))
    return search(places) | set(codes_in(journey, places))


def of_secrets(journey: Journey) -> Iterator[Trace]:
    for challenge, code in journey.codes:
        forms = [code, f"{challenge}:{code}"]
        yield from of_digests(forms, "somebody", "code")
    for token in journey.tokens:
        yield from of_value(token, "somebody", "token")


def codes_in(journey: Journey, places: Places) -> Iterator[str]:
    """Where a code is by itself: it is too short to be looked for within other things."""
    codes = {code.encode() for _, code in journey.codes}
    for place, pieces in places.items():
        if place != "the text of an SMS":
            words = re.findall(rb"(?<![\w.+/-])[0-9]{6}(?![\w+/-])", b"\n".join(pieces))
            yield from (f"code of somebody, in {place}" for word in words if word in codes)


def test_a_thousand_journeys_leave_no_trace() -> None:
    crowd = people(2 * SIZE)
    with running(FAULT_EVERY) as here:
        journey = Journey(last_text(here.texts))
        places = lived(journey, crowd, here.written, here.texts)
    assert found(crowd, journey, places) == set()
    assert {phone for phone, _ in here.texts} <= {someone.phone for someone in crowd}
    # It is a search of something: nearly all came all the way, and there were faults enough.
    assert here.faults > SIZE / 2
    assert journey.statuses[503] > SIZE / 2
    assert journey.statuses.keys() == {200, 201, 202, 204, 400, 401, 404, 409, 410, 422, 429, 503}
    assert any(b"Traceback" in letter for letter in journey.letters)
    assert {step: times > 0.9 * SIZE for step, times in journey.done.items()} == {
        "POST v1/registrations": True,
        "POST v1/registrations/verification": True,
        "POST v1/sessions": True,
        "POST v1/sessions/verification": True,
        "POST v1/sessions/refresh": True,
        "GET v1/me": True,
        "PATCH v1/me": True,
        "POST v1/me/phone": False,  # one in thirty
        "POST v1/me/phone/verification": False,
        "POST v1/me/family": True,
        "GET v1/me/family": True,
        "GET v1/me/requests": True,
        "POST v1/me/requests": False,  # those whose NIK somebody else registers
        "POST v1/bookings": True,
        "POST v1/bookings/reschedule": False,  # a quarter of them
        "DELETE v1/bookings": False,  # another
        "GET v1/me/export": True,
        "DELETE v1/me": False,  # those who hold no booking
    }
    for words in ("besok", "tutup"):
        assert sum(words in text for _, text in here.texts) > SIZE / 10


def test_a_few_journeys_over_the_wire_leave_no_trace() -> None:
    """The same with botocore and moto, to see that nothing is written on the way there."""
    crowd, written = people(8, seed=7), list[bytes]()
    aws.session().register(
        "before-call.dynamodb", lambda params, **_: written.append(_body(params))
    )
    journey = Journey(lambda phone: (texts_to(a_phone()._replace(number=phone)) or [""])[-1])
    places = lived(journey, crowd, written, [])
    assert found(crowd, journey, places) == set()
    assert journey.done["GET v1/me/export"] == 4
    assert written


def _body(params: dict[str, Any]) -> bytes:
    """What is sent, with its binary values as they are too."""
    sent: bytes = params["body"]
    binary = re.findall(rb'"B": "([^"]*)"', sent)
    return b"\0".join([sent, *map(b64decode, binary)])


# ---- it would be found --------------------------------------------------------------------------


def leaking(module: Any, name: str, leak: Callable[..., object]) -> AbstractContextManager[Any]:
    """A function of the service that lets something slip before it does what it does."""
    original = getattr(module, name)

    def leaky(*args: Any, **kwargs: Any) -> Any:
        leak(*args, **kwargs)
        return original(*args, **kwargs)

    return patch.object(module, name, leaky)


def fail(*words: object) -> None:
    raise ValueError(*words)


def refuse(person: Any, *_: object) -> None:
    raise Invalid(person.nik.digits, "unknown")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


LEAKS: dict[str, tuple[Any, str, Callable[..., object]]] = {
    "name, plain of person 0, in a log or a metric": (
        registration,
        "register",
        lambda who, *_: telemetry.log.info("asked", who=who.name),
    ),
    "NIK, base64 of person 0, in a log or a metric": (
        registration,
        "register",
        lambda who, *_: telemetry.log.info(b64encode(str(who.nik).encode()).decode()),
    ),
    "birth date, plain of person 0, in a log or a metric": (
        registration,
        "register",
        lambda who, *_: telemetry.log.warning("asked", asked=str(who.birth_date)),
    ),
    "email, hex of person 0, in a log or a metric": (
        registration,
        "register",
        lambda who, *_: telemetry.log.info(who.email.encode().hex()),
    ),
    "phone, sha256 of person 0, in a log or a metric": (
        sms,
        "send_code",
        lambda phone, _: count(Metric.SMS, kind=sha256(phone)),
    ),
    "code of somebody, in a log or a metric": (
        sms,
        "send_code",
        lambda _, text: telemetry.log.info(text),
    ),
    "token, plain of somebody, in a log or a metric": (
        tokens,
        "issue",
        lambda who, _: telemetry.log.info("signed in", token=who.refresh_token),
    ),
    "NIK, plain of person 0, in a refusal": (registration, "register", refuse),
}


@pytest.mark.parametrize("told", LEAKS)
def test_what_the_service_lets_slip_is_found(told: str) -> None:
    crowd = people(2)
    with running(0) as here, leaking(*LEAKS[told]):
        journey = Journey(last_text(here.texts))
        assert told in found(crowd, journey, lived(journey, crowd, here.written, here.texts))


def test_data_that_were_only_encoded_would_be_found_in_a_table() -> None:
    crowd = people(2)
    with (
        running(0) as here,
        patch.object(vault, "seal", lambda _, data: b64encode(json.dumps(data).encode())),
        patch.object(vault, "unseal", lambda _, sealed: json.loads(b64decode(sealed))),
    ):
        journey = Journey(last_text(here.texts))
        slipped = found(crowd, journey, lived(journey, crowd, here.written, here.texts))
    for what in ("NIK", "name", "birth date", "phone", "email"):
        assert f"{what}, base64 of person 0, in a table" in slipped


def test_a_digest_without_a_key_would_be_found_in_a_table() -> None:
    crowd = people(2)

    def digest(kind: str, value: str, key: str | None = None) -> Digest:
        return Digest(sha256(f"{kind}:{value}"), key or "key")

    def mac(challenge_id: str, code: str) -> str:
        return sha256(f"{challenge_id}:{code}")

    keyless = patch.object(vault, "digest", digest), patch.object(codes, "_mac", mac)
    with running(0) as here, keyless[0], keyless[1]:
        journey = Journey(last_text(here.texts))
        slipped = found(crowd, journey, lived(journey, crowd, here.written, here.texts))
    assert slipped >= {
        "NIK, sha256 of person 0, in a table",
        "phone, sha256 of person 0, in a table",
        "code, sha256 of somebody, in a table",
    }


def test_what_fails_with_a_phone_in_its_words_would_be_found_in_a_dead_letter() -> None:
    crowd = people(2)
    words: list[Any] = [fail, lambda *_: None]

    def leak(*_: object) -> None:
        (words.pop(0) if words else words.append)(crowd[0].phone)

    with running(0) as here, leaking(reminders, "remind", leak):
        journey = Journey(last_text(here.texts))
        slipped = found(crowd, journey, lived(journey, crowd, here.written, here.texts))
    assert "phone, plain of person 0, in a dead letter" in slipped


def test_a_name_in_a_text_would_be_found() -> None:
    crowd = people(2)
    with (
        running(0) as here,
        patch.object(
            texts, "code", lambda code: f"Yth. {crowd[0].name}, kode Antrian Paspor: {code}. "
        ),
    ):
        journey = Journey(last_text(here.texts))
        slipped = found(crowd, journey, lived(journey, crowd, here.written, here.texts))
    assert "name, plain of person 0, in the text of an SMS" in slipped


# ---- sealed for one -----------------------------------------------------------------------------


def test_what_is_sealed_for_one_is_not_unsealed_for_another() -> None:
    one, other = registered(1), registered(2)
    child = family.add(one.account_id, a_ktp(3), Relation.CHILD, NOW)
    mine, theirs = accounts.get(one.account_id), accounts.get(other.account_id)
    assert mine
    assert theirs
    assert mine.phone
    assert theirs.phone
    sealed = {one.account_id: mine.phone, other.account_id: theirs.phone}
    sealed |= {who: member.sealed for who, member in (*mine.people.items(), *theirs.people.items())}
    for number, phone in ((4, a_phone(4)), (5, a_phone(5))):
        begun = registration.register(a_ktp(number), phone, NOW).challenge_id
        challenge = challenges.get(begun, "registration", NOW)
        assert challenge
        assert challenge.sealed
        sealed[begun] = challenge.sealed
    assert child.alias in sealed
    assert len(sealed) == 7
    for subject in sealed:
        for owner, value in sealed.items():
            if owner == subject:
                assert vault.unseal(subject, value)
            else:
                with pytest.raises(Unreadable):
                    vault.unseal(subject, value)


def test_people_swapped_in_the_table_are_shown_to_nobody() -> None:
    one, other = registered(1), registered(2)
    mine, theirs = (AccountItem.fetch(who.account_id) for who in (one, other))
    assert mine
    assert theirs
    mine.people[one.applicant_id]["sealed"] = theirs.people[other.applicant_id]["sealed"]
    mine.put()
    shown = call("GET", "/v1/me", token=token_of(one))
    assert (shown.status, shown.problem) == (500, "internal-error")
    assert call("GET", "/v1/me", token=token_of(other)).status == 200
