"""What it costs that somebody is sent a code by SMS, and that they register or sign in with it."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bench.calls import COUNTED, FORMULA, NOW, Meter, metered
from bench.rows import Row

MINUTE = timedelta(minutes=1)
ADDRESS, ELSEWHERE = "36.68.1.2", "114.4.5.6"


def rows() -> Iterator[Row]:
    with metered() as meter:
        yield from _codes(meter)


def _codes(meter: Meter) -> Iterator[Row]:
    from chalicelib.domain.people import Ktp, NationalId, Phone, Relation, Sex
    from chalicelib.services.limits import tallied
    from chalicelib.services.limits.asker import Asker
    from chalicelib.services.people import family, registration
    from chalicelib.services.sign_in import sessions

    def ktp(number: int) -> Ktp:
        nik = NationalId(f"357301010180{number:04}")
        return Ktp(nik, f"Pemohon {number}", date(1980, 1, 1), Sex.MALE)

    def told(name: str, act: Callable[[], object]) -> Iterator[Row]:
        meter.since()
        act()
        yield Row(f"calls per {name}", len(meter.calls), "calls", COUNTED)
        yield Row(f"write units per {name}", meter.write_units, "WCU", FORMULA)

    def register(number: int) -> str:
        asker = Asker(ADDRESS)
        sent = registration.register(ktp(number), Phone(f"+62812{number:08}"), NOW, asker)
        return sent.challenge_id

    def verify(challenge_id: str) -> str:
        made = registration.verify(challenge_id, _last_code(), NOW, ADDRESS)
        return made.signed_in.account_id

    account_id = verify(register(1))  # warms the process
    yield from told("code to register", lambda: register(2))
    challenge_id = register(3)
    yield from told("registration with its code", lambda: verify(challenge_id))

    phone, later = Phone(f"+62812{1:08}"), NOW + MINUTE
    yield from told("code to sign in", lambda: sessions.ask(phone, later, Asker(ELSEWHERE)))
    own = Asker(ADDRESS, device_of=account_id)
    yield from told("code to one's own device", lambda: sessions.ask(phone, later, own))
    challenge_id = sessions.ask(phone, later + MINUTE, own).challenge_id
    yield from told(
        "sign-in with its code",
        lambda: sessions.verify(challenge_id, _last_code(), later + MINUTE),
    )

    def add() -> None:
        with tallied.relatives(ADDRESS, later):
            family.add(account_id, ktp(4), Relation.CHILD, later, ADDRESS)

    yield from told("addition of somebody whom nobody knows", add)


def _last_code() -> str:
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.sns.models import sns_backends

    from chalicelib.config import settings

    messages = sns_backends[DEFAULT_ACCOUNT_ID][settings.sms_region].sms_messages
    _, text = list(messages.values())[-1]
    found = re.search(r"\d{6}", text)
    assert found, "a code is sent"
    return found[0]
