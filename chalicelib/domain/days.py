"""The days of an office that have been made ready: their slots, and why one is closed."""

from datetime import date, datetime, time
from typing import NamedTuple

from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.offices import Closure, Window


class Day(NamedTuple):
    office_id: str
    date: date
    opens_at: datetime
    windows: tuple[Window, ...]
    full: frozenset[time]
    """When the slots begin that are believed to be full: a hint."""
    closed: Closure | None
    ready_at: datetime
    """When it was made ready; later than ``opens_at`` if the job was late."""
    announced: bool
    """Whether its release has been reported."""
    reopened: bool = False
    """Whether it was closed once: those whose bookings that cancelled may still have to be told."""
    by_lot: bool = False
    """Whether its places are drawn before everybody can have them."""

    @property
    def slots(self) -> list[SlotKey]:
        """Its slots in the order of its windows."""
        return [self.slot(window.start) for window in self.windows]

    def slot(self, start: time) -> SlotKey:
        """The slot that begins then, in the office's time, if there is one."""
        return SlotKey(self.office_id, self.date, start)

    def window(self, start: time) -> Window | None:
        """The window that begins then, in the office's time."""
        return next((window for window in self.windows if window.start == start), None)
