"""What a write can come to, under one name each, whichever table it was made in.

An outcome that carries something is a struct (docs/adr/0074), one that carries nothing a plain
class. `match` them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from chalicelib.domain.bookings import Booking, Hold

if TYPE_CHECKING:
    from chalicelib.domain.boards import Board

# ---- of several tables ---------------------------------------------------------------------------


class Changed:
    """It is no longer as it was read, so nothing was done: look again."""


class Gone:
    """It is not there any more, so nothing was done."""


class AtLimit:
    """There are as many as there may be."""


# ---- slots ---------------------------------------------------------------------------------------


class Claimed(Struct, frozen=True):
    """The places are taken; ``left`` is what remained of the slot's ``capacity``."""

    hold: Hold
    left: int
    capacity: int


class Mine(Struct, frozen=True):
    """Places are held under this very code already, by an earlier try."""

    hold: Hold
    capacity: int
    """How many places the slot has in all."""


class Full(Struct, frozen=True):
    """Fewer places are left than were asked for."""

    holds: Mapping[str, Hold]
    """What is held, by booking code."""


class Closed:
    """There is no slot whose places could be drawn."""


class GivenBack(Struct, frozen=True):
    """The places can be had again; ``left_before`` is how many were left until then."""

    left_before: int


class Resized(Struct, frozen=True):
    """The slot has other places; ``left`` is how many of them nobody holds."""

    left: int


# ---- bookings ------------------------------------------------------------------------------------


class Unused:
    """There is nothing under the code."""


class Abandoned:
    """The code is nobody's, and no booking can be confirmed under it any more."""


class Confirmed:
    """The booking is there, and all its people are engaged."""


class Stranger(Struct, frozen=True):
    """The account does not name one of them, so nobody is booked."""

    who: str


class Unasked(Struct, frozen=True):
    """One of them has an account of their own and has not consented, so nobody is booked."""

    who: str


class Engaged(Struct, frozen=True):
    """One of them has another booking, so nobody is booked."""

    who: str


class Paused(Struct, frozen=True):
    """One of them has cancelled too often, or not come, so nobody is booked."""

    who: str
    until: datetime
    absent: bool
    """Whether they did not come."""


Refused = Stranger | Unasked | Engaged | Paused


# ---- entries in draws ----------------------------------------------------------------------------


class Asked:
    """The entry is there, and its people ask by it."""


class Asks(Struct, frozen=True):
    """One of them asks by another ``entry`` already, so nobody asks."""

    who: str
    entry: str


class Barred(Struct, frozen=True):
    """One of them has not come to a place that was drawn, so nobody asks."""

    who: str
    until: datetime


class Over:
    """One of its people does not ask by the entry any more, or may not, so nobody wins."""


# ---- draws ---------------------------------------------------------------------------------------


class Drawn:
    """The record of a draw is there, and its list is frozen."""


class Moved:
    """The booking points to its new place."""


class Cancelled:
    """The booking is cancelled, and all its people are free."""


class Left:
    """The person is no longer in the booking."""


class Noted:
    """How its visit has ended is noted."""


class Ended(Struct, frozen=True):
    """It was cancelled since it was read, so nothing was done, and nothing can be."""

    found: Booking | Abandoned


# ---- accounts ------------------------------------------------------------------------------------


class Opened:
    """The account is there, and somebody is signed in to it."""


class Idle:
    """The account has not been used for so long that its phone alone does not open it."""


class Added:
    """The account names the person."""


class NotBefore(Struct, frozen=True):
    """It has been done as often as it may; it can be done again from this instant on."""

    at: datetime


class Parted:
    """The account names the person no more, or is erased with all its people."""


class Booked:
    """The account has a booking for one of them, so nothing was done."""


# ---- boards --------------------------------------------------------------------------------------


class Wrote(Struct, frozen=True):
    """The board is written, and has become this."""

    board: "Board"


class Stood(Struct, frozen=True):
    """The board did not meet the condition, so nothing was done; None if it was never made."""

    board: "Board | None"


# ---- limits, sessions, challenges ----------------------------------------------------------------


class Counted(Struct, frozen=True):
    """One more; ``total`` is how many there are now."""

    total: int


class CountedToo:
    """One more, in a transaction, which does not say how many there are now."""


class Dead:
    """The token is not the one that is alive."""


class Spent:
    """There is no try left: all were used, or the challenge was answered, or its time is over."""
