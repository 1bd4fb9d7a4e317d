"""The rights of the person (UU 27/2022): to see all that is held, and to have it erased."""

from datetime import datetime
from typing import NamedTuple

from chalicelib import vault
from chalicelib.domain.bookings import Booking
from chalicelib.domain.errors import BookingActive, RequestInProgress
from chalicelib.services import profile
from chalicelib.services.profile import Profile, Relative
from chalicelib.store import accounts, bookings, openings
from chalicelib.store.accounts import Erasure
from chalicelib.store.openings import Opening
from chalicelib.vault import Index


class Export(NamedTuple):
    profile: Profile
    family: list[Relative]
    bookings: list[Booking]
    openings: list[Opening]


def export(account_id: str, now: datetime) -> Export:
    """All that is held of an account, and who opened it. Raises `NoSuchAccount`."""
    return Export(
        profile=profile.me(account_id, now),
        family=profile.family(account_id, now),
        bookings=bookings.of_account(account_id),
        openings=openings.of(account_id),
    )


def erase(account_id: str, now: datetime) -> None:
    """Remove the account and free its phone and its NIK.

    Bookings stay, for they are counts: they name applicants by ids that now lead nowhere.
    Raises `NoSuchAccount`, `BookingActive`, `RequestInProgress`.
    """
    for _ in range(profile.TRIES):
        account = profile.account_of(account_id)
        held = profile.me(account_id, now)
        phone_index = vault.index(Index.PHONE, held.phone)
        nik_index = vault.index(Index.NIK, held.holder.person.nik.digits)
        erasure = accounts.erase(account, phone_index, nik_index, now)
        if erasure is Erasure.DONE:
            return
        if erasure is Erasure.BOOKED:
            raise BookingActive
    raise RequestInProgress
