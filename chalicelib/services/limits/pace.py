"""How fast one account asks for bookings.

Counted in this process alone, for the hot path has no call to spare. On AWS that holds an account
back where few functions run; in a crowd the firewall does (docs/adr/0021).
"""

from collections.abc import Hashable
from datetime import datetime

from chalicelib.config import settings
from chalicelib.domain.errors import TooOften
from chalicelib.domain.limits import BOOKINGS_PER_ACCOUNT
from chalicelib.telemetry import Metric, count


class Recent:
    """How often each key was seen within the present minute, by this process alone."""

    def __init__(self) -> None:
        self._minute = 0
        self._seen: dict[Hashable, int] = {}

    def see(self, key: Hashable, now: datetime) -> int:
        """See a key once more; returns how often it was seen."""
        minute = int(now.timestamp()) // 60
        if minute != self._minute:
            self._minute, self._seen = minute, {}
        seen = self._seen[key] = self._seen.get(key, 0) + 1
        return seen

    def clear(self) -> None:
        self._seen.clear()


_asked = Recent()


def keep(account_id: str, now: datetime) -> None:
    """Count a request for a booking. Raises `TooOften`."""
    if settings.limited and _asked.see(account_id, now) > BOOKINGS_PER_ACCOUNT.most:
        count(Metric.OVER_LIMIT, limit=BOOKINGS_PER_ACCOUNT.name)
        raise TooOften(retry_after=BOOKINGS_PER_ACCOUNT.retry_after(now))
