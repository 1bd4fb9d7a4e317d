"""Judges a history of bookings by what every client was told and what the tables hold in the end.

Nothing of how the service works is known here but this: a place is held under a booking's code, and
a client asks under one key until it has a definite answer, so each ends with a booking or without.

When is "slot full" true? If at some instant of that request all places could have been held. From
outside, this is known of holds: none begins before its client first sent. One that became a booking
lasts to the end, for nobody cancels. A client that was refused may have held a place too, if an
earlier request of its had no definite answer: a claim was made, its confirm failed, and it was
undone later, or arrived late. So count, at the end of the request, the clients that had sent by
then and were booked in the end or were once left without an answer. A claim cannot be undone within
a request that is told "slot full", and one that arrives after its client was refused can only take
a place that one of those counted has set free; so nobody else needs to be counted. These counts
never shrink, hence the end of the request is the instant to look at. Fewer than the capacity:
nobody can have held all places, and the refusal was false.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tests.histories.history import Booking, End, Event


def breaches(history: Sequence[Event], end: End) -> list[str]:
    """What is wrong with a history, in sentences; none if it is as it must be."""
    of_client: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(history, key=lambda event: event.answered_at):
        of_client[event.client].append(event)
    promised: dict[str, Booking] = {
        event.code: Booking(event.client, event.slot, event.number)
        for event in history
        if event.status == 201
    }
    return [
        *(told for client, events in of_client.items() for told in _answers(client, events)),
        *_false_refusals(of_client, end),
        *_numbers(promised),
        *_places(history, promised, end),
        *(f"{code} is promised but not stored so" for code in _not_in(promised, end.bookings)),
        *(f"{code} is stored but not promised so" for code in _not_in(end.bookings, promised)),
    ]


def _answers(client: str, events: Sequence[Event]) -> Iterator[str]:
    """Every client has one definite answer: a booking, always the same, or "slot full"."""
    definite = {(e.status, e.problem, e.slot, e.code, e.number) for e in events if e.definite}
    if not definite:
        yield f"{client} never got a definite answer"
    if len(definite) > 1:
        yield f"{client} was told different things: {sorted(definite)}"
    for status, problem, *_ in definite:
        if status != 201 and problem != "slot-full":
            yield f"{client} was refused for no reason: {status} {problem}"


def _false_refusals(of_client: dict[str, list[Event]], end: End) -> Iterator[str]:
    holders = defaultdict(list)
    for events in of_client.values():
        if any(event.status == 201 or not event.definite for event in events):
            holders[events[0].slot].append(min(event.sent_at for event in events))
    for event in (e for events in of_client.values() for e in events if e.problem == "slot-full"):
        held = sum(sent_at <= event.answered_at for sent_at in holders[event.slot])
        if held < end.slots[event.slot].capacity:
            yield f"{event.client} was told slot-full when at most {held} places were held"


def _numbers(promised: dict[str, Booking]) -> Iterator[str]:
    for (slot, number), times in Counter((b.slot, b.number) for b in promised.values()).items():
        if times > 1 or number < 1:
            yield f"queue number {number} of {slot} was given {times} times"
    for client, times in Counter(booking.client for booking in promised.values()).items():
        if times > 1:
            yield f"{client} has {times} bookings"


def _places(history: Sequence[Event], promised: dict[str, Booking], end: End) -> Iterator[str]:
    wanted = Counter(slot for slot, _ in {(event.slot, event.client) for event in history})
    sold = Counter(booking.slot for booking in promised.values())
    for name, slot in end.slots.items():
        if sold[name] != min(slot.capacity, wanted[name]):
            yield f"{sold[name]} of {slot.capacity} places of {name} sold, {wanted[name]} wanted"
        if slot.left + len(slot.holds) != slot.capacity:
            yield f"{name}: {slot.left} left, {len(slot.holds)} held of {slot.capacity}"
        stored = {code: b.number for code, b in end.bookings.items() if b.slot == name}
        if slot.holds != stored:
            yield f"the holds of {name} are not its bookings: {slot.holds.items() ^ stored.items()}"


def _not_in(these: object, those: object) -> list[str]:
    assert isinstance(these, dict)
    assert isinstance(those, dict)
    return [code for code, booking in these.items() if those.get(code) != booking]
