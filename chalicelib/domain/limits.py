"""How often is too often, and who counts as one: limits by address, network and account.

Indonesian mobile carriers put hundreds of people behind one address (CGNAT), so the limits of an
address and its network are set for a crowd: they stop machines. A person is limited by their phone
and their account.
"""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple

from chalicelib.domain.errors import TooOften


class Limit(NamedTuple):
    """At most ``most`` times in a ``span``; spans follow the clock of UTC, a day from midnight."""

    name: str
    most: int
    span: timedelta = timedelta(days=1)
    refusal: type[TooOften] = TooOften

    def start(self, now: datetime) -> datetime:
        """When the span began that ``now`` is in."""
        return now - (now - datetime(1970, 1, 1, tzinfo=UTC)) % self.span

    def retry_after(self, now: datetime) -> int:
        """In how many seconds the next span begins; at least 1."""
        return max(int((self.start(now) + self.span - now).total_seconds()), 1)


CODES_PER_ADDRESS = Limit("codes-of-address", 500)
"""A phone stays signed in for thirty days, so 500 codes a day are some 15,000 people behind one
address. Alone it spends a fortieth of the default budget."""

CODES_PER_NETWORK = Limit("codes-of-network", 3_000)
"""Six full addresses. It takes seven networks to spend the default budget, not one."""

RELATIVES_PER_ADDRESS = Limit("relatives-of-address", 500)
"""Families of four of 125 people who register behind one address in a day."""

RELATIVES_PER_NETWORK = Limit("relatives-of-network", 3_000)
"""Six full addresses, as of codes."""

IDENTITY_PER_ACCOUNT = Limit("identity-of-account", 5)
"""Attempts at birth date and NIK of an account that was idle."""

REGISTER_PER_ACCOUNT = Limit("register-of-account", 10)
"""Relatives of an account whose data the civil register is asked about: nobody tries out names."""

PRESENCE_PER_ACCOUNT = Limit("presence-of-account", 20)
"""Attempts at the digits on an office's board: nobody guesses one of ten thousand in a day."""

READS_PER_ACCOUNT = Limit("reads-of-account", 120, timedelta(hours=1))
"""Looks of an account at its own personal data: one each half a minute for a whole hour. An app
needs one when it is opened; each look asks KMS for every person of the account."""

BOOKINGS_PER_ACCOUNT = Limit("bookings-of-account", 30, timedelta(minutes=1))
"""Requests for a booking, of which one succeeds: one in two seconds for a whole minute is faster
than a person reads what they were answered."""


def caller_and_network(address: str) -> tuple[str, str]:
    """Who counts as one caller and who as one network.

    Of IPv4 the address and its /24; of IPv6 the /64, which one line or phone has to itself
    (RFC 6177), and its /48. What is no address (API Gateway's own test calls) counts as itself.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return address, address
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is None:
            return _prefix(ip.packed.hex(), 64), _prefix(ip.packed.hex(), 48)
        ip = ip.ipv4_mapped
    return str(ip), str(ip_network((ip, 24), strict=False))


def _prefix(digits: str, bits: int) -> str:
    return f"{digits[: bits // 4]}/{bits}"
