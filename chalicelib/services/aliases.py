"""What an account calls a person (see ``domain.aliases``), under the service's own key."""

import secrets

from chalicelib import keyring
from chalicelib.domain import aliases
from chalicelib.domain.bookings import Booking
from chalicelib.keyring import Purpose


def new_person_id() -> str:
    """The id of somebody whom nobody has named before."""
    return aliases.new_id(secrets.token_bytes(aliases.PERSON_BYTES))


def new(account_id: str, person_id: str) -> str:
    """What the account calls the person from now on; another id at each addition."""
    nonce = secrets.token_bytes(aliases.NONCE_BYTES)
    return aliases.alias(keyring.derived(Purpose.ALIAS), account_id, person_id, nonce)


def people_of(booking: Booking) -> dict[int, str]:
    """The persons who have not left a booking, by where it names them."""
    meant = {n: person_of(booking.account_id, booking.applicants[n]) for n in booking.remaining}
    return {n: person_id for n, person_id in meant.items() if person_id is not None}


def person_of(account_id: str, alias: str) -> str | None:
    """Whom the account means; somebody who is not there, or None, for what it was never given."""
    return aliases.person_of(keyring.derived(Purpose.ALIAS), account_id, alias)
