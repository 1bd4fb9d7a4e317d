"""How fast one account asks for bookings.

Counted in this process alone, for the hot path has no call to spare. On AWS that holds an account
back where few functions run; in a crowd the firewall does (docs/adr/0021).
"""

from datetime import datetime

from chalicelib.config import settings
from chalicelib.domain.errors import TooOften
from chalicelib.domain.limits import BOOKINGS_PER_ACCOUNT
from chalicelib.store.cache import Recent
from chalicelib.telemetry import Metric, count

_asked = Recent()


def keep(account_id: str, now: datetime) -> None:
    """Count a request for a booking. Raises `TooOften`."""
    if settings.limited and _asked.see(account_id, now) > BOOKINGS_PER_ACCOUNT.most:
        count(Metric.OVER_LIMIT, limit=BOOKINGS_PER_ACCOUNT.name)
        raise TooOften(retry_after=BOOKINGS_PER_ACCOUNT.retry_after(now))
