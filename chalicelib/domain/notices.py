"""What applicants are told about a booking, when, and what has become of it."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain import calendar
from chalicelib.domain.errors import Missing
from chalicelib.domain.offices import Office

EVENING_FROM, EVENING_UNTIL = time(16), time(21)
"""The evening reminder's hours, office time: a late run does not wake people at night."""

SOON = timedelta(hours=2)
"""How long before a slot the second reminder goes out."""


class NoSuchNotice(Missing):
    slug = "no-such-notice"


class Notice(StrEnum):
    """The kinds of text, as marked on a booking; each goes out at most once for its place."""

    EVENING = "evening"
    SOON = "soon"
    CLOSURE = "closure"
    LATER = "later"
    """On the day itself: that they need not come yet, for the line is long."""
    TURNED_AWAY = "turned_away"
    """That the office has closed before it served them."""
    WON = "won"
    """That they have been given places by lot."""

    @property
    def patience(self) -> timedelta:
        """How long a phone that was told by push has to say so, before an SMS goes out."""
        return _PATIENCE[self]


_PATIENCE = {
    Notice.EVENING: timedelta(minutes=30),
    Notice.SOON: timedelta(minutes=10),
    Notice.CLOSURE: timedelta(minutes=10),
    Notice.LATER: timedelta(minutes=3),
    Notice.TURNED_AWAY: timedelta(minutes=10),
    Notice.WON: timedelta(minutes=30),
}


class State(StrEnum):
    """What has become of a notice."""

    PUSHED = "pushed"
    """It went out by push. A receipt is awaited, or an SMS goes in its place."""
    SHOWN = "shown"
    """A phone has said that it has shown it."""

    SENDING = "sending"
    """Marked, and never recorded: the run was killed there. It may have been sent."""
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """SNS gave no definite answer. It may have been sent, so it is never sent again."""
    CALLED = "called"
    """Not everybody was surely told, and somebody of the office has called them since."""

    @property
    def sure(self) -> bool:
        """Whether everybody was told, as far as anybody can know."""
        return self in (State.SENT, State.SHOWN, State.CALLED)


SEVERITY = {
    state: grade
    for grade, state in enumerate(
        (State.SHOWN, State.SENT, State.PUSHED, State.FAILED, State.UNKNOWN, State.SENDING)
    )
}
"""A notice is as sure as its least sure message."""

OVERDUE = timedelta(hours=1)
"""Longer than any receipt is awaited: whoever is not told by then is a case for operations."""


class Telling(NamedTuple):
    """One notice of one booking."""

    state: State
    at: datetime
    reason: str | None = None
    by: str | None = None
    """Who has called them."""
    waiting: frozenset[str] = frozenset()
    """The accounts that were told by push, of which nobody knows yet whether it was shown."""

    def unsure(self, now: datetime) -> bool:
        """Whether somebody may not have been told, and nothing goes on by itself any more."""
        under_way = self.waiting and now - self.at < OVERDUE
        return not (self.state.sure or under_way)

    def settled(self, account_id: str, state: State, reason: str | None) -> "Telling":
        """The same once it is known what came of the message to one of those accounts."""
        waiting = self.waiting - {account_id}
        if self.state is State.CALLED:
            return self._replace(waiting=waiting)
        known = state if self.state is State.PUSHED and not waiting else self.state
        worst = max(known, state, key=SEVERITY.__getitem__)
        return self._replace(state=worst, reason=self.reason or reason, waiting=waiting)


def due(office: Office, day: date, start: time, now: datetime) -> Notice | None:
    """Which reminder, if any, the people of a slot should have by ``now``."""
    begins = calendar.instant(office, day, start)
    if begins - SOON <= now < begins:
        return Notice.SOON
    eve = day - timedelta(days=1)
    if calendar.instant(office, eve, EVENING_FROM) <= now:
        return Notice.EVENING if now < calendar.instant(office, eve, EVENING_UNTIL) else None
    return None


def timely(office: Office, day: date, start: time, notice: Notice, now: datetime) -> bool:
    """Whether an SMS still says the truth, and wakes nobody, that goes out in a push's place."""
    begins = calendar.instant(office, day, start)
    if notice is Notice.EVENING:
        eve = day - timedelta(days=1)
        return now < calendar.instant(office, eve, EVENING_UNTIL) + 2 * notice.patience
    if notice in (Notice.SOON, Notice.LATER, Notice.WON):
        return now < begins
    return True
