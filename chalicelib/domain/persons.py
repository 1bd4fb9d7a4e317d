"""The person that a NIK belongs to: which accounts name them, who holds them, what is counted.

Everything that follows from the links of a person is computed here, by `settle`, and stored with
them. So a booking checks one flag of one link and reads nothing before it. Whoever changes links
writes on condition that the person is as they were read; booking and cancelling do not raise the
version that this condition looks at (see store/applicants.py).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import IntEnum
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from chalicelib.domain import absences
from chalicelib.domain.absences import Absence
from chalicelib.domain.people import Relation

CANCELLATIONS = timedelta(days=30)
"""How long a cancellation counts, and how long a pause lasts."""

DECLINES = timedelta(days=30)
"""A place that was drawn can be declined once in so long (see ``domain.declines``)."""

QUESTION = timedelta(days=7)
"""How long the holder may answer whoever asks; after it the question has lapsed."""

LINKS = 20
"""Accounts that may name one person. The oldest question makes room for a new one."""


class Proof(IntEnum):
    """How well an account has proven to be the person themselves; each is stronger than the last.

    An office may see several KTPs of one NIK: the later one counts, so there are levels above SEEN.
    """

    CLAIMED = 0
    """The account has lost its phone to somebody else."""
    HELD = 1
    """The phone was proven by SMS."""
    CONFIRMED = 2
    """The civil register says that NIK, name and birth date belong together."""
    SEEN = 3
    """An office has seen the KTP."""


class Link(NamedTuple):
    """That an account names the person."""

    relation: Relation
    """SELF if the account says that it is this very person."""
    at: datetime
    """Since when; where it is a question, when it was asked."""
    proof: int = Proof.CLAIMED
    """A `Proof`, of SELF alone."""
    given: bool = False
    """The holder has consented."""
    may: bool = False
    """The account may book for the person."""
    confirmed: bool | None = None
    """Of a relative: whether the civil register says that the data of their KTP belong together.
    None where it was not asked, or has not answered yet."""
    firm: bool = False
    """What the account books is the person's own doing: it holds them, or the holder consents."""

    @property
    def itself(self) -> bool:
        return self.relation is Relation.SELF


class Active(NamedTuple):
    """The booking that a person holds, until its day is over."""

    code: str
    account_id: str
    until: datetime
    own: bool
    """Whether it was the person's own doing when it was made."""


class Asking(NamedTuple):
    """The entry in a draw that asks for the person, and the account that made it."""

    entry: str
    account_id: str
    until: datetime


class Cancellation(NamedTuple):
    at: datetime
    own: bool
    """Whether it was the person's own doing, and not that of somebody who names them."""


class Pause(NamedTuple):
    """That nobody books for a person."""

    until: datetime
    absent: bool
    """Whether because they did not come; else because of cancellations."""


class Person(NamedTuple):
    person_id: str
    """Drawn at random, and never shown."""
    version: int = 0
    """Raised by each change of the links, and by each absence; 0 where there is no such person."""
    nik_indexes: frozenset[str] = frozenset()
    links: Mapping[str, Link] = MappingProxyType({})
    """By account."""
    guarded: bool = False
    """An office has taken the NIK from whoever held it: only a KTP that is seen opens it."""
    active: Active | None = None
    codes: Mapping[str, tuple[date, ...]] = MappingProxyType({})
    """The bookings that name the person, with their days: of one that was moved, all of them."""
    asking: Asking | None = None
    cancellations: tuple[Cancellation, ...] = ()
    absences: tuple[Absence, ...] = ()
    paused_until: datetime | None = None
    """Until when nobody books for them who is not `Link.firm` …"""
    paused_own_until: datetime | None = None
    """… and until when nobody does who is."""
    barred_until: datetime | None = None
    """Until when nobody asks for them by lot who is not `Link.firm` …"""
    barred_own_until: datetime | None = None
    """… and until when nobody does who is."""
    declined_at: datetime | None = None
    """When a place that was drawn for them was last declined in time."""
    told_at: datetime | None = None
    """When the holder was last told that somebody asks."""

    @property
    def holder(self) -> str | None:
        """The account of the person themselves, if one has proven to be."""
        return next((a for a, link in self.links.items() if link.itself and link.may), None)

    def proof(self, account_id: str) -> Proof:
        """How an account has proven to be the person; CLAIMED where another one holds them."""
        link = self.links.get(account_id)
        if link is None or not link.may:
            return Proof.CLAIMED
        return Proof(min(link.proof, Proof.SEEN))

    def questions(self, now: datetime) -> dict[str, Link]:
        """The links that the holder may answer, by account, the oldest first."""
        if self.holder is None:
            return {}
        asked = {
            a: link for a, link in self.links.items() if not link.may and not lapsed(link, now)
        }
        return dict(sorted(asked.items(), key=lambda one: one[1].at))

    def pause(self, link: Link, now: datetime) -> Pause | None:
        """Until when ``link`` may not book because of what is counted; None if it may."""
        until = self.paused_own_until if link.firm else self.paused_until
        if until is None or until <= now:
            return None
        absent = absences.pauses(self.absences, now)
        return Pause(until, (absent.own if link.firm else absent.others) == until)

    def barred(self, account_id: str, now: datetime) -> datetime | None:
        """Until when an account may not ask by lot for the person; None if it may."""
        link = self.links.get(account_id)
        until = self.barred_own_until if link and link.firm else self.barred_until
        return until if until and until > now else None

    def booked(self, now: datetime) -> bool:
        """Whether the person holds a booking whose day is not over."""
        return self.active is not None and self.active.until > now

    def asks_by(self, entry: str) -> bool:
        """Whether it is this entry in draws that asks for the person."""
        return self.asking is not None and self.asking.entry == entry

    def forgettable(self, now: datetime) -> bool:
        """Whether nobody names the person, and nothing is left that counts."""
        paused = any(until and until > now for until in (self.paused_until, self.paused_own_until))
        counts = paused or any(one.at + absences.COUNTED > now for one in self.absences)
        asks = self.asking is not None and self.asking.until > now
        declined = self.declined_at is not None and self.declined_at > now - DECLINES
        return not (self.links or self.booked(now) or asks or counts or declined)


class Settled(NamedTuple):
    """A person with new links, and whom that has displaced."""

    person: Person
    displaced: str | None


def settle(
    person: Person,
    links: Mapping[str, Link],
    now: datetime,
    *,
    handed_over: bool = False,
    taken: bool = False,
    disproved: str | None = None,
) -> Settled:
    """The person with these links, and with all that follows from them ``now``.

    The holder is the link to oneself with the strongest proof; of equals the present holder stays.
    A guarded person opens to SEEN alone. A holder who is displaced, hands over or leaves takes all
    consents with them. What a displaced holder did counts as the doing of others, unless they have
    ``handed_over`` to another account of their own. So does what somebody did from whom the office
    has ``taken`` the NIK. ``disproved`` is an account that is not this person: it holds them no
    longer, whether or not somebody else does. Whoever may not book for a new holder asks them anew.
    """
    before = person.holder
    old = before if before is not None and before in links and links[before].itself else None
    candidates = {
        account: link.proof
        for account, link in links.items()
        if link.itself and link.proof >= (Proof.SEEN if person.guarded else Proof.HELD)
    }
    new = None if old == disproved else old
    if candidates:
        best = max(candidates, key=lambda a: (candidates[a], a == old, a))
        if new is None or candidates[best] > links[new].proof:
            new = best
    left = before is not None and old is None
    displaced = old if old is not None and new != old else None
    if left and taken:
        displaced = before
    void = displaced is not None or left
    asked_at = now if new != before else None
    new_links = {a: _settled(a, link, new, void, asked_at) for a, link in links.items()}
    asking = person.asking
    if asking and not (asking.account_id in new_links and new_links[asking.account_id].may):
        asking = None
    settled = person._replace(version=person.version + 1, links=new_links, asking=asking)
    if displaced is not None and not handed_over:
        settled = settled._replace(
            cancellations=tuple(one._replace(own=False) for one in person.cancellations),
            absences=tuple(one._replace(own=False) for one in person.absences),
            paused_own_until=None,
            barred_own_until=None,
            declined_at=None,
            active=person.active and person.active._replace(own=False),
        )
    return Settled(settled, displaced)


def _settled(
    account: str, link: Link, holder: str | None, void: bool, asked_at: datetime | None
) -> Link:
    if link.itself:
        holds = account == holder
        return link._replace(given=False, may=holds, firm=holds)
    given = link.given and not void
    may = given or (holder is None and link.confirmed is not False)
    return link._replace(
        at=link.at if may or asked_at is None else asked_at,
        given=given,
        may=may,
        firm=given and holder is not None,
    )


def counted(person: Person, now: datetime) -> Person:
    """The person after the booking that they hold was cancelled by an applicant.

    Every cancellation keeps others from booking for 30 days. It keeps the person themselves from it
    only if it was their own doing, and another cancellation came before it within 30 days.
    """
    assert person.active, "there is a booking to be cancelled"
    own = person.active.own
    recent = tuple(one for one in person.cancellations if one.at > now - CANCELLATIONS)
    pause = now + CANCELLATIONS
    return person._replace(
        active=None,
        cancellations=(*recent, Cancellation(now, own)),
        paused_until=pause,
        paused_own_until=pause if own and recent else person.paused_own_until,
    )


def absent(person: Person, code: str, now: datetime, *, drawn: bool = False) -> Person:
    """The person after the day of a booking of theirs was closed, to which they did not come.

    It is their own doing only if the booking was, and they hold it to this day. ``drawn`` says that
    it was a place by lot.
    """
    own = person.active is not None and person.active.code == code and person.active.own
    known = absences.counted(person.absences, Absence(code, now, own, drawn), now)
    pauses, bars = absences.pauses(known, now), absences.bars(known, now)
    return person._replace(
        version=person.version + 1,
        absences=known,
        paused_until=_later(person.paused_until, pauses.others),
        paused_own_until=_later(person.paused_own_until, pauses.own),
        barred_until=bars.others,
        barred_own_until=bars.own,
    )


def came(person: Person, code: str, now: datetime) -> Person:
    """The person once it has turned out that they did come: what `absent` counted is taken back.

    A pause, or a bar from draws, that rests on it ends earlier, or at once. None becomes longer.
    """
    known = tuple(one for one in person.absences if one.code != code)
    pauses, bars = absences.pauses(known, now), absences.bars(known, now)
    last = person.cancellations[-1:]
    cancelled = [one.at + CANCELLATIONS for one in last]
    cancelled_own = [
        one.at + CANCELLATIONS
        for before, one in pairwise(person.cancellations)
        if one.own and before.at > one.at - CANCELLATIONS
    ]
    return person._replace(
        version=person.version + 1,
        absences=known,
        paused_until=_sooner(person.paused_until, _later(pauses.others, *cancelled)),
        paused_own_until=_sooner(person.paused_own_until, _later(pauses.own, *cancelled_own)),
        barred_until=bars.others,
        barred_own_until=bars.own,
    )


def _sooner(pause: datetime | None, other: datetime | None) -> datetime | None:
    return min(pause, other) if pause and other else None


def _later(*instants: datetime | None) -> datetime | None:
    return max((at for at in instants if at), default=None)


def lapsed(link: Link, now: datetime) -> bool:
    """Whether a question was left unanswered for too long."""
    return not link.may and not link.itself and link.at + QUESTION <= now


def with_room(person: Person, now: datetime) -> dict[str, Link]:
    """The links without those that have lapsed, and with room for one more."""
    kept = {account: link for account, link in person.links.items() if not lapsed(link, now)}
    maker = person.active.account_id if person.active else None
    while len(kept) >= LINKS:
        # Questions first, then whoever has named them longest; never the holder, nor whoever has
        # booked for them.
        del kept[min(kept, key=lambda a: _staying_power(kept[a], booked=a == maker))]
    return kept


def _staying_power(link: Link, *, booked: bool) -> tuple[bool, bool, bool, bool, datetime]:
    return booked, link.firm, link.may, link.itself, link.at
