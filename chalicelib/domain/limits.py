"""How often is too often, and who counts as one: limits by address, network and account.

Indonesian mobile carriers put hundreds of people behind one address (CGNAT), so the limits of an
address and its network are set for a crowd: they stop machines. A person is limited by their phone
and their account, and who asks is limited before the phone is that they ask for
(docs/adr/0029-nobody-is-kept-out-of-sign-in.md).
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
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


class Budget(StrEnum):
    """Of which part of the day's codes a code is."""

    REGISTRATION = "registration"
    SIGN_IN = "sign-in"
    DEVICE = "device"
    """Sign-in with a device token of the account that the phone opens, and changes of phone."""


def shares(codes_a_day: int) -> dict[Budget, int]:
    """How many codes each budget has of a day's: a half, a quarter, and the rest."""
    half, quarter = codes_a_day // 2, codes_a_day // 4
    return {
        Budget.REGISTRATION: max(half, 1),
        Budget.SIGN_IN: max(quarter, 1),
        Budget.DEVICE: max(codes_a_day - half - quarter, 1),
    }


def needs_proof(spent: int, most: int) -> bool:
    """Whether so much of a budget is spent that what is left has to be worked for: half."""
    return 2 * spent >= most


def kept_for_others(spent: int, most: int) -> bool:
    """Whether only a quarter of a budget is left, for networks that have used little of it."""
    return 4 * spent >= 3 * most


def little(most: int) -> int:
    """How many codes of a budget a network may have of it altogether once its last quarter is left.

    A two-hundredth, 50 of 10,000: forty networks that take turns do not spend the quarter.
    """
    return max(most // 200, 1)


KEPT_FOR_OTHERS = "codes-kept-for-others"
"""What a network is refused by that asks for more than a little of a budget's last quarter."""

CODES_PER_ADDRESS = Limit("codes-of-address", 1_500)
"""Of each budget. A thousand people behind one address of a mobile carrier register in an evening,
and half of them ask for a second code."""

CODES_PER_NETWORK = Limit("codes-of-network", 3_000)
"""Two full addresses. It takes four networks that work all day to spend the default budget of new
registrations to the quarter that is kept for others."""

CODES_PER_ASKER = 5
"""To one phone in any 24 hours, for a network or for the phone's own device."""

CODES_PER_PHONE = 10
"""In any 24 hours, whichever networks ask."""

CODES_IN_RESERVE = 5
"""To a phone besides, with a proof of work."""

PHONES_PER_ACCOUNT = Limit("phones-of-account", 5)
"""Codes for a change of phone: one account does not spend the budget of everybody's devices."""

RELATIVES_PER_ADDRESS = Limit("relatives-of-address", 2_000)
"""Families of four of 500 people who register behind one address in a day."""

RELATIVES_PER_NETWORK = Limit("relatives-of-network", 4_000)
"""Two full addresses, as of codes."""

INVENTED_PER_NETWORK = Limit("invented-of-network", 9)
"""Relatives whose NIK nobody holds and the register has not confirmed: below a tenth of the
smallest office's day, 100. Each account that registers from the network adds one for the next day:
a carrier's has many every day, and whoever opens ten to fill an office today has none."""

IDENTITY_PER_ACCOUNT = Limit("identity-of-account", 5)
"""Attempts at birth date and NIK of an account that was idle."""

REGISTER_PER_ACCOUNT = Limit("register-of-account", 10)
"""Relatives of an account whose data the civil register is asked about: nobody tries out names."""

READS_PER_ACCOUNT = Limit("reads-of-account", 120, timedelta(hours=1))
"""Looks of an account at its own personal data: one each half a minute for a whole hour. An app
needs one when it is opened; each look asks KMS for every person of the account."""

PRESENCE_PER_ACCOUNT = Limit("presence-of-account", 20)
"""Attempts at the digits on an office's board: nobody guesses one of ten thousand in a day."""

CALLS_PER_STAFF = Limit("calls-of-staff", 60, timedelta(hours=1))
"""Phone numbers that a supervisor is shown, to call them: one a minute is more than anybody calls.
Whoever has taken their place learns no more than that."""

STAFF_PER_ADDRESS = Limit("staff-of-address", 200, timedelta(hours=1))
"""Sign-ins and enrolments that staff begin: forty counters behind one address, five times each."""

STAFF_PER_NETWORK = Limit("staff-of-network", 400, timedelta(hours=1))
"""Two full addresses, as of codes."""

PASSKEYS_PER_ADDRESS = Limit("passkeys-of-address", 1_500, timedelta(hours=1))
"""Sign-ins by passkey that begin: a crowd behind one address of a carrier, as of codes. They cost
no SMS, so an hour's crowd is enough."""

PASSKEYS_PER_NETWORK = Limit("passkeys-of-network", 3_000, timedelta(hours=1))
"""Two full addresses."""

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
