"""Whether an answer tells, by its time or its size, what it does not say: who is known.

Each is asked about somebody whom the service knows and about somebody whom it does not, in a random
order, through the whole function, with the tables as they were before each. Taken are the size of
the answer and the CPU time of the function, without that of the emulator: it has less noise than
any clock a caller could read. The area under the curve (AUC) is how often a known one is larger
than an unknown one: 0.5 tells nothing, 0 and 1 tell all.
"""

import gc
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple
from unittest.mock import patch

from bench import asked
from bench.calls import metered, table
from bench.rows import Row

REQUESTS = 2_000
WARM_UP = 50
CODE = "123456"


class Told(NamedTuple):
    """What a caller can measure of an answer."""

    seconds: float
    size: int
    calls: tuple[str, ...]
    """To AWS, whose time is not in ``seconds``: each takes milliseconds that a caller can see."""


class Sample(NamedTuple):
    """What was told of those who are known, and of the others."""

    known: list[Told]
    unknown: list[Told]


MEASURES: Mapping[str, Callable[[Told], float]] = {
    "CPU time": lambda told: told.seconds,
    "size": lambda told: told.size,
    "calls": lambda told: len(told.calls),
}

Prepare = Callable[["World", int, bool], dict[str, Any]]
"""Makes ready what is asked of the known one, or another; returns the request."""


def rows(requests: int = REQUESTS, warm_up: int = WARM_UP) -> Iterator[Row]:
    for name in QUESTIONS:
        taken = samples(name, requests, warm_up)
        for what, measured in MEASURES.items():
            known, unknown = ([measured(told) for told in each] for each in taken)
            yield Row(
                f"AUC of {name}, by {what}",
                auc(known, unknown),
                "(0.5: no tell)",
                f"{requests:,} requests in a random order",
            )


def samples(name: str, requests: int = REQUESTS, warm_up: int = WARM_UP) -> Sample:
    """What one of `QUESTIONS` tells when it is asked so often."""
    with world() as here:
        size = (requests + warm_up) // 2
        order = random.Random(1).sample(
            [(n, known) for n in range(size) for known in (True, False)], 2 * size
        )
        told = [(known, here.told(QUESTIONS[name](here, n, known))) for n, known in order]
    measured = told[warm_up:]
    return Sample(
        [each for known, each in measured if known], [each for known, each in measured if not known]
    )


def auc(ones: Sequence[float], others: Sequence[float]) -> float:
    """How often one of ``ones`` is larger than one of ``others``; equal ones count half."""
    both = chain(((value, True) for value in ones), ((value, False) for value in others))
    larger, below = 0.0, 0
    for _, equal in groupby(sorted(both), key=itemgetter(0)):
        mine = [is_one for _, is_one in equal]
        theirs = mine.count(False)
        larger += mine.count(True) * (below + theirs / 2)
        below += theirs
    return larger / (len(ones) * len(others))


# ---- what is asked -------------------------------------------------------------------------------


def _sign_in(here: "World", number: int, known: bool) -> dict[str, Any]:
    here.reset()
    phone = here.holders_phone if known else asked.phone(number)
    return asked.event("POST /v1/sessions", {"phone": phone}, number)


def _register(here: "World", number: int, known: bool) -> dict[str, Any]:
    here.reset()
    ktp = asked.ktp(here.held if known else _unknown(number))
    body = {**ktp, "phone": asked.phone(number), "consent": True}
    return asked.event("POST /v1/registrations", body, number)


def _verify(here: "World", number: int, known: bool) -> dict[str, Any]:
    begun = here.ask(_register(here, number, known))
    path = "POST /v1/registrations/{registration_id}/verification"
    return asked.event(path, {"code": CODE}, number, begun)


def _add(here: "World", number: int, known: bool) -> dict[str, Any]:
    here.reset()
    return here.addition(here.named if known else _unknown(number), number)


def _add_again(here: "World", number: int, known: bool) -> dict[str, Any]:
    """Somebody of whom a cancellation counts was in the family, and is named no more."""
    here.reset()
    first, second = _unknown(number), _unknown(number + 10**6)
    added = here.ask(here.addition(first, number))
    here.pause_all()
    path = "DELETE /v1/me/family/{applicant_id}"
    here.ask(asked.event(path, None, number, added, token=here.token()))
    return here.addition(first if known else second, number)


QUESTIONS: Mapping[str, Prepare] = {
    "phones that sign in": _sign_in,
    "NIKs that register": _register,
    "NIKs whose registration is verified": _verify,
    "NIKs of relatives that are added": _add,
    "NIKs that are added again": _add_again,
}
"""The known one is a phone of an account; a NIK that somebody holds, before the code and after it;
one that another account names as a relative; one that was in this family before.
"""


# ---- who is there --------------------------------------------------------------------------------


class World:
    """Somebody who holds a NIK, somebody who names a relative, and somebody who asks."""

    def __init__(self) -> None:
        from app import app
        from chalicelib import clock
        from chalicelib.config import settings
        from chalicelib.domain.people import Ktp, NationalId, Phone, Relation, Sex
        from chalicelib.services.people import family, registration

        self.held, self.named = asked.nik(0), asked.nik(1)
        self.holders_phone = asked.phone(10**6)
        self.emulator = _Emulator()
        self._app = app
        now = clock.now() - timedelta(days=1)

        def ktp(nik: str) -> Ktp:
            born = date.fromisoformat(asked.ktp(nik)["birth_date"])
            return Ktp(NationalId(nik), "Pemohon", born, Sex.MALE)

        def registered(nik: str, number: int) -> Any:
            sent = registration.register(ktp(nik), Phone.parse(asked.phone(number)), now)
            return registration.verify(sent.challenge_id, CODE, now).signed_in

        registered(self.held, 10**6)
        namer = registered(asked.nik(2), 10**6 + 1)
        family.add(namer.account_id, ktp(self.named), Relation.CHILD, now)
        self._asker = registered(asked.nik(3), 10**6 + 2)
        self._tables = {one: list(_items(one)) for one in _tables()}
        for passed in ("challenges", "sent", "tallies"):
            self._tables[settings.table_prefix + passed] = []

    def reset(self) -> None:
        """Put the tables back to what they were, so that all are asked alike."""
        from chalicelib.store import disclosures

        for name, items in self._tables.items():
            table(name).items.clear()
            for item in items:
                table(name).put_item(item)
        disclosures._there.clear()  # noqa: SLF001 (what a process knows to be there is not)

    def pause_all(self) -> None:
        """Let a cancellation count of everybody who is there."""
        from chalicelib import clock
        from chalicelib.store.tables.booking import ApplicantItem

        until = {"N": str(int((clock.now() + timedelta(days=30)).timestamp()))}
        name = ApplicantItem.Meta.table_name
        for item in list(_items(name)):
            table(name).put_item({**item, "paused_until": until})

    def addition(self, nik: str, number: int) -> dict[str, Any]:
        body = {**asked.ktp(nik), "relation": "child"}
        return asked.event("POST /v1/me/family", body, number, token=self.token())

    def token(self) -> str:
        from chalicelib import clock
        from chalicelib.api import tokens

        return tokens.issue(self._asker, clock.now()).access_token

    def ask(self, event: dict[str, Any]) -> dict[str, Any]:
        """The body of an answer."""
        return self.asked(event)[0]

    def asked(self, event: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The body of an answer, and the names of the calls that it took."""
        self.emulator.calls.clear()
        answer = self._app(event, None)
        assert answer["statusCode"] < 300, answer
        calls = tuple(call.rpartition(".")[2] for call in self.emulator.calls)
        return json.loads(answer["body"]) if answer["body"] else {}, calls

    def told(self, event: dict[str, Any]) -> Told:
        """What an answer tells besides the word ``proof``, which says how one is registered."""
        gc.collect(0)
        self.emulator.calls.clear()
        began, without = time.process_time(), self.emulator.seconds
        answer = self._app(event, None)
        took = time.process_time() - began - (self.emulator.seconds - without)
        assert answer["statusCode"] < 300, answer
        body = json.loads(answer["body"])
        size = len(answer["body"]) - len(body.get("proof", ""))
        return Told(took, size, tuple(self.emulator.calls))


class _Emulator:
    """Answers for AWS, and says how long that took."""

    def __init__(self) -> None:
        from moto.core.models import botocore_stubber

        from chalicelib import aws

        self.seconds = 0.0
        self.calls: list[str] = []
        self._answer = botocore_stubber
        aws.session().unregister("before-send", botocore_stubber)
        aws.session().register("before-send", self)
        aws._client.cache_clear()  # noqa: SLF001 (a client takes over what its session has)

    def __call__(self, event_name: str, request: Any, **_: Any) -> Any:
        began = time.process_time()
        self.calls.append(event_name.removeprefix("before-send."))
        try:
            return self._answer(event_name, request)
        finally:
            self.seconds += time.process_time() - began


def _unknown(number: int) -> str:
    nik = asked.nik(number % 10**6)
    return f"{3574 if number < 10**6 else 3575}{nik[4:]}"


@contextmanager
def world() -> Iterator[World]:
    """A world without the meter of calls, which takes time of its own. Every code is `CODE`."""
    from chalicelib import aws, clock
    from chalicelib.services.sign_in import codes

    with metered(clock.now()) as meter, patch.object(codes, "_new_code", lambda: CODE):
        aws.session().unregister("before-call", meter)
        aws.session().unregister("after-call", meter.answered)
        yield World()


def _tables() -> list[str]:
    from infra.stack import tables

    return [one["Properties"]["TableName"] for one in tables.resources("local").values()]


def _items(name: str) -> Iterator[dict[str, Any]]:
    """The items of a table of moto, whose range keys lie below its hash keys."""
    for below in table(name).items.values():
        for item in below.values() if isinstance(below, dict) else [below]:
            yield item.to_json()["Attributes"]


if __name__ == "__main__":
    for row in rows():
        print(f"{row.name}  {row.value:.3f}  {row.how}", flush=True)
