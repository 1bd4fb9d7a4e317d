"""Places by lot: who asks, who is drawn, for what; a pure function of a frozen record.

The record of a draw has the list of those who ask and the rooms that there are. Its signature,
which cannot exist before the list is frozen, is the seed. So anybody can reckon the plan, and
everybody who carries it out carries out the same one.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain import calendar
from chalicelib.domain.bookings import QUARTER, Service, SlotKey
from chalicelib.domain.bookings import code as code_of
from chalicelib.domain.errors import Conflict, Missing
from chalicelib.domain.local_time import hhmm

CUTOFF = timedelta(minutes=1)
"""What is asked later than this before a draw takes part in the next one."""

NOTICE = timedelta(hours=48)
"""Windows that begin sooner stay first come: who wins has to notice it and to come."""

GIVEN_BACK = timedelta(days=30)
"""So long after a day that its office has closed its winners may ask with the lots they had."""

MOST_LOTS = 5
CODES_OF_A_WIN = 3
"""Each that is abandoned leads to the next."""


class NoSuchEntry(Missing):
    slug = "no-such-entry"


class AlreadyAsking(Conflict):
    """Somebody in it asks by another entry."""

    slug = "already-asking"


class AlreadyWon(Conflict):
    """The entry has won a place. With ``code``, of the booking."""

    slug = "already-won"


class NoDraw(Conflict):
    """The office does not give its places by lot."""

    slug = "no-draw"


class BarredFromDraws(Conflict):
    """Somebody did not come to a place that was drawn: none are drawn for them ``until`` then.

    With ``applicant_id``; without it, it is the account.
    """

    slug = "barred-from-draws"


class EntryStatus(StrEnum):
    WAITING = "waiting"
    WON = "won"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """One of its people has a booking, is barred, or is not the account's any more; or its time is
    over; or its office gives no places by lot any more."""


class Entry(NamedTuple):
    """What an account asks for: places on one of several days, for all of its applicants."""

    entry_id: str
    account_id: str
    applicants: tuple[str, ...]
    service: Service
    first: date
    last: date
    windows: tuple[time, ...]
    """When the windows begin that would do, the best first; all of them, if there are none."""
    made_at: datetime
    until: datetime
    fingerprint: str
    status: EntryStatus = EntryStatus.WAITING
    booking: str | None = None
    """The code of what it has won."""
    lost_before: int = 0
    """How often its people had lost when they won a place that the office has taken back."""
    to_tell: bool = False
    """Whether its account is to be told that it waits no more."""

    @property
    def office_id(self) -> str:
        return office_of(self.entry_id)

    def waits(self, now: datetime) -> bool:
        return self.status is EntryStatus.WAITING and self.until > now


class Row(NamedTuple):
    """An entry as the list of a draw has it; it names nobody."""

    entry_id: str
    people: int
    first: date
    last: date
    windows: tuple[time, ...]
    lost: int


class Room(NamedTuple):
    """How many places of a slot are drawn."""

    day: date
    start: time
    places: int


class Line(NamedTuple):
    """Who is to have what."""

    entry_id: str
    people: int
    slot: SlotKey


class Done(StrEnum):
    """What has become of a line."""

    PLACED = "placed"
    NOT_ASKING = "not-asking"
    """It was withdrawn, or one of its people had a booking by then."""
    NO_PLACE = "no-place"
    """The day was closed, or the draw came so late that the public had the place."""
    SKIPPED = "skipped"
    """It failed again and again; operations look into it."""


class Result(NamedTuple):
    line: Line
    done: Done


class Record(NamedTuple):
    """One draw of an office. What is there before its list is frozen does not know its seed."""

    office_id: str
    at: datetime
    rooms: tuple[Room, ...]
    entries: int
    list_hash: str
    pages: int
    signature: bytes | None = None
    public_key: bytes | None = None
    """As KMS gives it: X.509, DER."""
    results: tuple[Result, ...] | None = None
    """None until it is settled."""
    failed: int = 0
    """In how many runs a line has failed."""
    told: bool = False
    """Whether all whom it has placed were told."""


class Head(NamedTuple):
    """The last draw of an office."""

    at: datetime
    settled: bool


def entry_id(secret: bytes, office_id: str, account_id: str, key: str) -> str:
    """The id of what ``account_id`` asks for under an Idempotency-Key; a retry meets its own."""
    digest = hmac.digest(secret, f"entry\n{account_id}\n{key}".encode(), "sha256")
    return f"{office_id}-{digest[:10].hex()}"


def office_of(entry_id: str) -> str:
    return entry_id.rpartition("-")[0]


def quarter(now: datetime) -> datetime:
    """The quarter hour that has begun."""
    return now - (now - datetime.min.replace(tzinfo=UTC)) % QUARTER


def last_draw(releases: Iterable[datetime], now: datetime) -> datetime:
    """The draw that should have been made by ``now``: a quarter hour, or before a release.

    ``releases`` are instants at which days of the office open.
    """
    before_releases = (opens_at - calendar.DRAWN_BEFORE for opens_at in releases)
    return max([quarter(now), *(at for at in before_releases if at <= now)])


def next_draw(made_at: datetime, releases: Iterable[datetime]) -> datetime:
    """The first draw that an entry takes part in."""
    after = made_at + CUTOFF
    before_releases = (opens_at - calendar.DRAWN_BEFORE for opens_at in releases)
    quarters = quarter(after) if quarter(after) == after else quarter(after) + QUARTER
    return min([quarters, *(at for at in before_releases if at >= after)])


def takes_part(entry: Entry, at: datetime) -> bool:
    """Whether an entry is in the list of the draw of this instant."""
    return entry.made_at <= at - CUTOFF and entry.waits(at)


def row(entry: Entry, at: datetime, drawn: Mapping[date, datetime]) -> Row:
    people = len(entry.applicants)
    times = lost(entry, at, drawn)
    return Row(entry.entry_id, people, entry.first, entry.last, entry.windows, times)


def lost(entry: Entry, at: datetime, drawn: Mapping[date, datetime]) -> int:
    """How many days within the entry's range were drawn between its making and ``at``.

    ``drawn`` says from when on the places of each day were. With those of an earlier entry that it
    has been given back.
    """
    since = entry.made_at + CUTOFF
    return entry.lost_before + sum(
        since <= when < at and entry.first <= day <= entry.last for day, when in drawn.items()
    )


def lots(lost: int) -> int:
    return min(1 + lost, MOST_LOTS)


# ---- the record --------------------------------------------------------------------------------


def list_hash(rooms: Sequence[Room], rows: Sequence[Row]) -> str:
    """SHA-256 (hex) of rooms and list as JSON without spaces, which is what anybody can write."""
    told = [[told_room(room) for room in rooms], [told_row(one) for one in rows]]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def told_room(room: Room) -> list[str | int]:
    return [room.day.isoformat(), hhmm(room.start), room.places]


def told_row(row: Row) -> list[str | int | list[str]]:
    windows = [hhmm(start) for start in row.windows]
    span = (row.first.isoformat(), row.last.isoformat())
    return [row.entry_id, row.people, *span, windows, row.lost]


def told_at(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def message(office_id: str, at: datetime, list_hash: str) -> bytes:
    """What is signed of a record."""
    return f"{office_id}\n{told_at(at)}\n{list_hash}".encode()


# ---- the plan ----------------------------------------------------------------------------------


def order(signature: bytes, rows: Iterable[Row]) -> list[Row]:
    """The rows, first those whose best lot is the largest.

    The largest of w uniform numbers is distributed as u^(1/w), so this is the weighted order of
    Efraimidis and Spirakis (2006) without a logarithm: the same bytes in every language.
    """
    seed = hashlib.sha256(signature).digest()
    return sorted(rows, key=lambda row: best_lot(seed, row), reverse=True)


def best_lot(seed: bytes, row: Row) -> bytes:
    numbers = range(lots(row.lost))
    return max(hmac.digest(seed, f"{row.entry_id}#{n}".encode(), "sha256") for n in numbers)


def plan(
    office_id: str, signature: bytes, rows: Iterable[Row], rooms: Iterable[Room]
) -> list[Line]:
    """Who is to have what: in order, the first window that does and has room for all of one's."""
    left = {(room.day, room.start): room.places for room in rooms}
    free = sum(left.values())
    starts: dict[date, list[time]] = {}
    for day, start in sorted(left):
        starts.setdefault(day, []).append(start)
    lines = []
    for row in order(signature, rows):
        if free == 0:
            break
        for slot in _wanted(row, starts):
            if left.get(slot, 0) >= row.people:
                left[slot] -= row.people
                free -= row.people
                lines.append(Line(row.entry_id, row.people, SlotKey(office_id, *slot)))
                break
    return lines


def _wanted(row: Row, starts: Mapping[date, Sequence[time]]) -> Iterable[tuple[date, time]]:
    for day, those in starts.items():
        if row.first <= day <= row.last:
            for start in row.windows or those:
                yield day, start


def codes(secret: bytes, at: datetime, entry_id: str) -> list[str]:
    """The codes of what an entry wins in a draw, one after the other."""
    key = f"draw {told_at(at)}"
    return [code_of(secret, entry_id, key, attempt) for attempt in range(CODES_OF_A_WIN)]
