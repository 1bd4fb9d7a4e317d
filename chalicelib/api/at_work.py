"""Who of an office is calling: staff and devices, and what each role may do."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.api import tokens
from chalicelib.api.problems import NotPermitted, NotSignedIn
from chalicelib.domain.staff import PEOPLE, Role, Staff
from chalicelib.store import staff as store


def at_work(authorization: str, roles: frozenset[Role], now: datetime) -> Staff:
    """Whoever calls, with one look at their row and their session: who is disabled is out at once.

    Raises `NotSignedIn`, and `NotPermitted` if they have none of these roles.
    """
    caller = tokens.caller(authorization, now, tokens.DESK)
    staff = store.at_work(caller.session_id, caller.account_id, now)
    if staff is None:
        raise NotSignedIn
    if staff.role not in roles:
        raise NotPermitted
    return staff


ROLES: Mapping[str, frozenset[Role]] = {
    "device": PEOPLE | {Role.KIOSK},
    "board": PEOPLE | {Role.BOARD},
    "staff": PEOPLE,
    "supervisor": frozenset({Role.SUPERVISOR}),
}
"""Who may call a route, by what it says."""
