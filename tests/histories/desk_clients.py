"""A hall at work: people scan and take numbers at kiosks, clerks call and serve them.

Every request is sent under its own key until it has a definite answer, as a page does that may have
been closed and opened again in between.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPException
from random import Random
from typing import Any

from tests.histories.hall import COUNTERS, label_of
from tests.machine import Api, Reply, new_key, together

KIOSKS = 4
ATTEMPTS = 60
PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 8.0
NO_SHOWS = 0.1
"""So many of those who are called do not come at once; of these, whoever has a QR scans again."""


@dataclass(frozen=True, slots=True)
class Event:
    """One request at the desk. Instants are seconds of one monotonic clock."""

    who: str
    """The counter, or the kiosk."""
    what: str
    """What was pressed, or ``scan`` or ``number``."""
    key: str
    """Under which it was sent, as often as need be; of a scan, the QR."""
    sent_at: float
    answered_at: float
    status: int
    """0 if no answer came."""
    problem: str = ""
    ticket: str = ""
    """Whom the answer is about: who is called, or let go of, or has come."""
    turn: int = 0
    lets_go: str = ""
    """Of a press that lets go of somebody: of whom."""

    @property
    def definite(self) -> bool:
        return 200 <= self.status < 500 and self.status != 429


@dataclass
class Hall:
    """What a hall has: the tokens of its desk, and those who will come."""

    api: Api
    clerk: str
    kiosk: str
    scans: list[str]
    """QR codes."""
    numbers: int
    """How many come without a booking."""
    events: list[Event] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    by_label: dict[str, str] = field(default_factory=dict)
    """The QR of whoever has this ticket."""
    coming: int = 0
    """How many are still to come, or to come back."""

    def tell(self, event: Event) -> None:
        with self.lock:
            self.events.append(event)


def worked(hall: Hall, seed: int) -> list[Event]:
    """Let everybody come, and the clerks work until nobody waits. Returns the history."""
    dice = Random(seed)
    arrivals: list[tuple[str, str]] = [("scan", qr) for qr in hall.scans]
    arrivals += [("number", new_key()) for _ in range(hall.numbers)]
    dice.shuffle(arrivals)
    hall.coming = len(arrivals)
    doors = [arrivals[n::KIOSKS] for n in range(KIOSKS)]
    together(
        [
            *(partial(_kiosk, hall, f"kiosk {n}", mine) for n, mine in enumerate(doors)),
            *(partial(_clerk, hall, str(n), Random(dice.random())) for n in range(1, COUNTERS + 1)),
        ]
    )
    return hall.events


def _kiosk(hall: Hall, who: str, arrivals: Sequence[tuple[str, str]]) -> None:
    for what, key in arrivals:
        if what == "scan":
            _scan(hall, who, key)
        else:
            body = {"service": "new", "people": 1, "priority": "elderly"}
            path = "/v1/desk/walk-ins"
            send = partial(_post, hall, path, hall.kiosk, body, key)
            _until_definite(hall, who, what, key, send, lambda answer: (answer["ticket"], 0))
        with hall.lock:
            hall.coming -= 1


def _scan(hall: Hall, who: str, qr: str) -> None:
    send = partial(_post, hall, "/v1/desk/check-ins", hall.kiosk, {"qr": qr}, None)
    hall.by_label[label_of(qr)] = qr
    _until_definite(hall, who, "scan", qr, send, lambda answer: (answer["ticket"], 0))


def _clerk(hall: Hall, counter: str, dice: Random) -> None:
    turn = _press(hall, counter, 0, "open").turn
    here = ""
    while True:
        pressed = _press(hall, counter, turn, "next")
        if pressed.problem == "nobody-waiting":
            with hall.lock:
                over = hall.coming == 0
            if over:
                return
            time.sleep(dice.uniform(0, 2 * PAUSE_SECONDS))
            continue
        turn, here = pressed.turn, pressed.ticket
        while here:
            if dice.random() < NO_SHOWS:
                pressed = _press(hall, counter, turn, "no_show", here)
                if qr := hall.by_label.get(here):
                    with hall.lock:
                        hall.coming += 1
                    _scan(hall, f"back {counter}", qr)
                    with hall.lock:
                        hall.coming -= 1
                turn, here = pressed.turn, ""
                continue
            turn = _press(hall, counter, turn, "serve", here, lets_go=False).turn
            pressed = _press(hall, counter, turn, "finish", here, and_next=True)
            turn, here = pressed.turn, pressed.ticket


def _press(
    hall: Hall,
    counter: str,
    turn: int,
    what: str,
    here: str = "",
    *,
    lets_go: bool = True,
    and_next: bool = False,
) -> Event:
    key = new_key()
    body = {"turn": turn, "press": what, "and_next": and_next}
    path = f"/v1/desk/counters/{counter}/presses"
    send = partial(_post, hall, path, hall.clerk, body, key)
    return _until_definite(
        hall,
        counter,
        what,
        key,
        send,
        lambda answer: (answer.get("ticket", ""), answer["turn"]),
        here if lets_go else "",
    )


def _post(hall: Hall, path: str, token: str, body: Any, key: str | None) -> Reply:
    return replace(hall.api, patience=PATIENCE_SECONDS).call(
        "POST", path, body, token=token, key=key
    )


def _until_definite(
    hall: Hall,
    who: str,
    what: str,
    key: str,
    send: Callable[[], Reply],
    read: Callable[[Any], tuple[str, int]],
    lets_go: str = "",
) -> Event:
    dice = Random(key)
    for _ in range(ATTEMPTS):
        sent_at = time.monotonic()
        try:
            reply = send()
        except (OSError, HTTPException):
            event = Event(who, what, key, sent_at, time.monotonic(), 0, lets_go=lets_go)
        else:
            done = reply.status in (200, 201)
            ticket, turn = read(reply.json) if done else ("", 0)
            event = Event(
                who,
                what,
                key,
                sent_at,
                time.monotonic(),
                reply.status,
                reply.problem,
                ticket,
                turn,
                lets_go,
            )
        hall.tell(event)
        if event.definite:
            return event
        time.sleep(dice.uniform(0, PAUSE_SECONDS))
    raise AssertionError(f"{who}: {what} has had no answer {ATTEMPTS} times")
