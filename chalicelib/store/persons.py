"""How persons and their links are kept in items."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.domain.absences import Absence
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Active, Asking, Cancellation, Link, Person
from chalicelib.store.dynamo import Item
from chalicelib.store.legible import legible
from chalicelib.store.outcomes import Engaged, Paused, Refused, Stranger, Unasked
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.times import instant, seconds


def from_raw(item: Item) -> Person:
    """A person as a failed condition shows them; of version 0 where nothing was there."""
    return person(ApplicantItem.from_raw_data(item)) if item else Person("")


def refused(
    account_id: str, applicants: Sequence[str], met: Sequence[Item | None], now: datetime
) -> Refused:
    """Of whom it is refused: a stranger first, so that nobody learns of their bookings."""
    of = zip(applicants, met, strict=True)
    unmet = {alias: from_raw(item) for alias, item in of if item is not None}
    links = {alias: person.links.get(account_id) for alias, person in unmet.items()}
    for alias, link in links.items():
        if link is None:
            return Stranger(alias)
    for alias, link in links.items():
        if link and not link.may:
            return Unasked(alias)
    for alias, person in unmet.items():
        if person.booked(now):
            return Engaged(alias)
    alias, person = next(iter(unmet.items()))
    link = links[alias]
    pause = person.pause(link, now) if link else None
    return Paused(alias, *(pause or (now, False)))


def nobody(person_id: str) -> Person:
    """A person whom nobody knows, after the work that somebody would have been.

    Or the time of an addition would tell whether anybody else names its NIK.
    """
    from_raw(_SOMEBODY)
    return Person(person_id)


@legible
def person(item: ApplicantItem) -> Person:
    active = item.active.as_dict() if item.active else None
    asking = item.asking.as_dict() if item.asking else None
    return Person(
        person_id=item.applicant_id,
        version=int(item.version),
        nik_indexes=frozenset(item.nik_indexes or ()),
        links={a: _link(fields) for a, fields in item.links.as_dict().items()},
        guarded=bool(item.guarded),
        active=Active(
            active["code"], active["account_id"], instant(active["until"]), bool(item.active_own)
        )
        if active
        else None,
        codes=_codes(item.codes or ()),
        asking=Asking(asking["entry"], asking["account_id"], instant(asking["until"]))
        if asking
        else None,
        cancellations=tuple(
            Cancellation(instant(one["at"]), one["own"])
            for one in map(dict, item.cancellations or ())
        ),
        absences=tuple(
            Absence(one["code"], instant(one["at"]), one["own"], one.get("drawn", False))
            for one in map(dict, item.absences or ())
        ),
        paused_until=instant(item.paused_until) if item.paused_until else None,
        paused_own_until=instant(item.paused_own_until) if item.paused_own_until else None,
        barred_until=instant(item.barred_until) if item.barred_until else None,
        barred_own_until=instant(item.barred_own_until) if item.barred_own_until else None,
        declined_at=instant(item.declined_at) if item.declined_at else None,
        told_at=instant(item.told_at) if item.told_at else None,
    )


def dated(code: str, day: date) -> str:
    return f"{code}@{day}"


def _codes(dated: Iterable[str]) -> dict[str, tuple[date, ...]]:
    """Bookings with their days."""
    codes: dict[str, tuple[date, ...]] = {}
    for one in sorted(dated):
        code, _, day = one.partition("@")
        codes[code] = (*codes.get(code, ()), date.fromisoformat(day))
    return codes


def _link(fields: Mapping[str, Any]) -> Link:
    return Link(
        relation=Relation(fields["relation"]),
        at=instant(fields["at"]),
        proof=int(fields["proof"]),
        given=fields["given"],
        may=fields["may"],
        firm=fields["firm"],
        confirmed=fields.get("confirmed"),
    )


def link_item(link: Link) -> dict[str, Any]:
    return {
        "relation": link.relation.value,
        "at": seconds(link.at),
        "proof": int(link.proof),
        "given": link.given,
        "may": link.may,
        "firm": link.firm,
        **({} if link.confirmed is None else {"confirmed": link.confirmed}),
    }


_LINK: Item = {
    "M": {
        "relation": {"S": Relation.CHILD.value},
        "at": {"N": "0"},
        "proof": {"N": "0"},
        "given": {"BOOL": False},
        "may": {"BOOL": True},
        "firm": {"BOOL": False},
    }
}
_SOMEBODY: Item = {
    "applicant_id": {"S": "somebody"},
    "version": {"N": "1"},
    "nik_indexes": {"SS": ["index"]},
    # More than most have: reading the answer of DynamoDB, and writing them back, is work as well.
    "links": {"M": dict.fromkeys("abcdefgh", _LINK)},
}
