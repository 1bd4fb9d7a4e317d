"""One thing done over and over in a warm process; AWS's answers come as first.py recorded them.

All of botocore runs but its socket: a call is serialised, sent to its endpoint, signed and parsed.
"""

import gc
import json
import os
import sys
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from bench import replay

HOLDS = 100
"""In the slot that is sold out; a tenth of them come back later."""

CALLS = ["UpdateItem", "TransactWriteItems"]
"""What a booking calls in a warm process: the claim of its places, and their promise."""


def repeat(recorded: Path, times: int, *things: str) -> None:
    """Do these of `Warm`'s things so many times each, and see that each calls what it should."""
    warm = Warm(recorded)
    for thing in things:
        do: Callable[[], list[str]] = getattr(warm, thing)
        for _ in range(times):
            warm.called.clear()
            calls = do()
            assert warm.called == calls, (thing, warm.called)
    sys.stdout.flush()
    os._exit(0)  # else the interpreter would clear up after itself, which varies by millions


class Warm:
    """A process that has answered its first bookings.

    The clock stands still, so that nothing which it remembers grows old.
    """

    def __init__(self, recorded: Path) -> None:
        from app import app
        from chalicelib import aws, clock
        from chalicelib.api import shown
        from chalicelib.api.responses import Raw
        from chalicelib.domain.limits import BOOKINGS_PER_ACCOUNT
        from chalicelib.services.booking import book as service
        from chalicelib.services.limits import pace

        # One person asks here more often than anybody may in a minute.
        endless = BOOKINGS_PER_ACCOUNT._replace(most=10**9)
        setattr(pace, "BOOKINGS_PER_ACCOUNT", endless)  # noqa: B010 (not exported from there)
        now = clock.now()
        clock.now = lambda: now
        booking = json.loads(recorded.read_text())
        self.app, self.now, self.event = app, now, booking["event"]
        self._service: Any = service
        self._shown: Any = shown
        self._raw = lambda _: Raw("{}")
        self.called: list[str] = []
        self.params: dict[str, Any] = {}
        *first, claimed, promised = booking["answers"]
        once, ever = iter(first), {"UpdateItem": claimed, "TransactWriteItems": promised}

        def answer(event_name: str, **_: Any) -> Any:
            operation = event_name.rpartition(".")[2]
            self.called.append(operation)
            return replay.response(*(ever.get(operation) or next(once)))

        def note(params: dict[str, Any], model: Any, **_: Any) -> None:
            self.params[model.name] = dict(params)

        aws.session().register("before-send", answer)
        self.request()
        self.client = aws.client("dynamodb")
        self.client.meta.events.register("provide-client-params", note)
        self.request()
        self.client.meta.events.unregister("provide-client-params", note)
        self._chalice = self._bare()
        self._wanted = self._read()
        self._made = self._book()
        self._sold_out = self._refused()
        gc.collect()
        gc.freeze()  # else one look through all that was imported would fall to whoever comes last

    def request(self) -> list[str]:
        """A whole ``POST /v1/bookings``, as API Gateway hands it to the function."""
        answer = self.app(self.event, None)
        assert answer["statusCode"] == 201, answer
        return CALLS

    def booking(self) -> list[str]:
        """The service's part of it."""
        self._book()
        return CALLS

    def calls(self) -> list[str]:
        """Its calls to AWS, with nothing around them."""
        self.client.update_item(**self.params["UpdateItem"])
        self.client.transact_write_items(**self.params["TransactWriteItems"])
        return CALLS

    def claim(self) -> list[str]:
        """The first of them."""
        self.client.update_item(**self.params["UpdateItem"])
        return CALLS[:1]

    def edge(self) -> list[str]:
        """The whole request without the service's part: the booking is there already."""
        book, self._service.book = self._service.book, self._made_before
        self.request()
        self._service.book = book
        return []

    def way_in(self) -> list[str]:
        """The same without the answer: what is shown of the booking is there already too."""
        booking, self._shown.booking = self._shown.booking, self._raw
        self.edge()
        self._shown.booking = booking
        return []

    def chalice(self) -> list[str]:
        """The same request, answered by Chalice with a view that does nothing."""
        answer = self._chalice(self.event, None)
        assert answer["statusCode"] == 201, answer
        return []

    def refusal(self) -> list[str]:
        """The whole request for a slot that is sold out: what most of a crowd get."""
        answer = self.app(self._sold_out, None)
        assert answer["statusCode"] == 409, answer
        return []

    def _refused(self) -> Any:
        """The request for the day's second slot, and in the process's memory that it is full."""
        from chalicelib.domain.bookings import Hold, Slot
        from chalicelib.domain.local_time import hhmm
        from chalicelib.services.days import availability
        from chalicelib.store import days, slots

        wanted = self._wanted[0].slot
        day = days.seen(wanted.office_id, wanted.day, self.now)
        assert day
        _, window, *rest = day.windows
        key = day.slot(window.start)
        later = self.now + timedelta(minutes=5)
        roster = {
            f"{number:012}": Hold(number, 1, 0, self.now, None if number % 10 else later)
            for number in range(1, HOLDS + 1)
        }
        full = Slot(key, window.end, HOLDS, 0, day.opens_at, False, roster)
        offers = [full._replace(key=day.slot(w.start), left=w.places) for w in rest]
        there, noted = (key.office_id, key.day), day._replace(full=frozenset({key.start}))
        days._seen.keep(there, self.now, noted)  # noqa: SLF001 (what a process remembers)
        slots._seen.keep(key.id, self.now, full)  # noqa: SLF001
        availability._offers.keep(there, self.now, offers[:5])  # noqa: SLF001
        body = {**json.loads(self.event["body"]), "start": hhmm(key.start)}
        return {**self.event, "body": json.dumps(body)}

    def _bare(self) -> Any:
        from chalice.app import Chalice, Response

        bare = Chalice("bare", configure_logs=False)
        bare.api.cors = self.app.api.cors
        bare.api.binary_types = self.app.api.binary_types
        made = {"Content-Type": "application/json"}
        bare.route("/v1/bookings", methods=["POST"], content_types=[])(
            lambda: Response("{}", dict(made), 201)
        )
        return bare

    def _made_before(self, *_: Any) -> Any:
        return self._made

    def _book(self) -> Any:
        made = self._service.book(*self._wanted, self.now)
        assert made.status == "booked", made
        return made

    def _read(self) -> tuple[Any, str, str]:
        """What the request asks the service for."""
        from chalicelib import clock
        from chalicelib.api import tokens
        from chalicelib.domain.bookings import Service, SlotKey
        from chalicelib.services.booking.book import Wanted

        body, headers = json.loads(self.event["body"]), self.event["headers"]
        start = time.fromisoformat(body["start"])
        slot = SlotKey(body["office_id"], date.fromisoformat(body["date"]), start)
        wanted = Wanted(slot, Service(body["service"]), tuple(body["applicants"]))
        caller = tokens.caller(headers["authorization"], clock.now())
        return wanted, caller.account_id, headers["idempotency-key"]
