"""What goes out of the waitlist, and of the draws that everybody may see."""

from base64 import b64encode
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, field

from chalicelib.api.answers import Answer, Instant
from chalicelib.domain import draws
from chalicelib.domain.bookings import Service
from chalicelib.domain.draws import EntryStatus
from chalicelib.domain.local_time import hhmm
from chalicelib.store import offices

if TYPE_CHECKING:
    from chalicelib.services.waitlist.lately import Lately
    from chalicelib.services.waitlist.published import Page
    from chalicelib.services.waitlist.seen import Seen


class LastDraw(Answer):
    """The entry's place in the order of the last draw, from 1 on."""

    at: Instant
    place: int
    of: int
    date: date
    """A day that was drawn in it, by which it is found: one that the entry asks for, if any was."""


class Entry(Answer, kw_only=True):
    entry_id: str
    status: EntryStatus
    office_id: str
    first: date = field(name="from")
    last: date = field(name="to")
    windows: list[str]
    service: Service
    applicants: list[str]
    until: Instant
    lots: int | UnsetType = UNSET
    next_draw_at: Instant | UnsetType = UNSET
    """Not where it waits no more, or its office gives its places by first come now."""
    booking: str | UnsetType = UNSET
    """The code of what it has won."""
    last_draw: LastDraw | UnsetType = UNSET


class Entries(Answer):
    entries: list[Entry]


Tuple = Annotated[list[Any], Meta(extra_json_schema={"items": {}})]


class Draw(Answer, kw_only=True):
    at: Instant
    state: Literal["recorded", "settled"]
    cap: int
    """The most lots that one has."""
    rooms: list[Tuple]
    """Date, start and places of each window that was drawn."""
    entries: int
    """How many are in its list."""
    list_hash: str
    """SHA-256 of `[rooms, list]` as JSON without spaces; `list` of all its pages."""
    rows: list[Tuple] = field(name="list")
    """A page of it: entry, people, from, to, windows, how often it has lost."""
    signature: str | UnsetType = UNSET
    """RSASSA-PKCS1-v1_5 with SHA-256 of office, instant and hash, a line each; in base64."""
    public_key: str | UnsetType = UNSET
    """Its key: X.509, DER, in base64."""
    results: list[Tuple] | UnsetType = UNSET
    """Entry, people, date, start, and what came of it; not before it is settled."""


class Draws(Answer):
    draws: list[Draw]
    next: str | UnsetType = UNSET
    """The `page` to ask for next."""


class Chance(Answer):
    start: str
    entries: int
    """Those that asked for a day on which this window was drawn."""
    won: int
    """Those of them that had their turn while it had room for all of their people."""


class Chances(Answer, kw_only=True):
    draws: int
    """How many they are of: the last ones of the office, at most eight."""
    since: Instant | UnsetType = UNSET
    """When the first of these was; not if there was none yet."""
    entries: int
    won: int
    windows: list[Chance]


def entry(seen: "Seen", now: Any) -> Entry:
    asked, last = seen.entry, seen.last_draw
    zone = offices.get(asked.office_id, now).zone
    next_at = seen.next_draw_at
    return Entry(
        entry_id=asked.entry_id,
        status=asked.status,
        office_id=asked.office_id,
        first=asked.first,
        last=asked.last,
        windows=[hhmm(start) for start in asked.windows],
        service=asked.service,
        applicants=list(asked.applicants),
        until=asked.until.astimezone(zone),
        lots=seen.lots or UNSET,
        next_draw_at=next_at.astimezone(zone) if next_at else UNSET,
        booking=asked.booking or UNSET,
        last_draw=LastDraw(last.at.astimezone(zone), last.place, last.of, last.day)
        if last
        else UNSET,
    )


def page(found: "Page") -> Draws:
    record = found.record
    if record is None:
        return Draws([], next=found.next or UNSET)
    told = Draw(
        at=record.at,
        state="recorded" if record.results is None else "settled",
        cap=draws.MOST_LOTS,
        rooms=[draws.told_room(room) for room in record.rooms],
        entries=record.entries,
        list_hash=record.list_hash,
        rows=[draws.told_row(row) for row in found.rows],
        signature=_text(record.signature),
        public_key=_text(record.public_key),
        results=UNSET
        if record.results is None
        else [
            [line.entry_id, line.people, str(line.slot.day), hhmm(line.slot.start), done.value]
            for line, done in record.results
        ],
    )
    return Draws([told], next=found.next or UNSET)


def chances(found: "Lately", zone: tzinfo) -> Chances:
    whole, *windows = found.chances
    return Chances(
        draws=found.draws,
        since=found.since.astimezone(zone) if found.since else UNSET,
        entries=whole.entries,
        won=whole.won,
        windows=[Chance(hhmm(one.start), one.entries, one.won) for one in windows if one.start],
    )


def _text(signed: bytes | None) -> str | UnsetType:
    return b64encode(signed).decode() if signed else UNSET
