"""Who stands in the queue: national identity numbers, phones, names."""

import re
from calendar import isleap, monthrange
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import Invalid

FAMILY_LIMIT = 5
"""The holder of an account and up to four others: as many as one booking takes."""

IDLE = timedelta(days=60)
"""After so long without a session an account may lose its number, for operators give numbers out
again; and its number alone does not open it."""

ADDITIONS, ADDITIONS_SPAN = 8, timedelta(days=30)
"""An account may add so many relatives in any span of this length: a family twice over."""

# Kode wilayah administrasi, first two digits: Kepmendagri 300.2.2-2138/2025.
PROVINCES = frozenset(
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 "
    "71 72 73 74 75 76 81 82 91 92 93 94 95 96".split()
)

# Prefixes that Kominfo has given to mobile operators, after the country code.
MOBILE_PREFIXES = frozenset(
    "811 812 813 821 822 823 851 852 853 "  # Telkomsel, by.U
    "814 815 816 855 856 857 858 "  # Indosat
    "817 818 819 859 877 878 879 831 832 833 838 "  # XL, Axis
    "894 895 896 897 898 899 "  # Tri
    "881 882 883 884 885 886 887 888 889".split()  # Smartfren
)


EASTERNMOST = ZoneInfo("Asia/Jayapura")
"""Where in Indonesia a date begins first (WIT, UTC+9): a person has no zone, as an office has."""


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Relation(StrEnum):
    SELF = "self"
    PARENT = "parent"
    CHILD = "child"
    SPOUSE = "spouse"
    SIBLING = "sibling"


class NationalId(NamedTuple):
    """A NIK: 16 digits, PPKKCC DDMMYY SSSS, women DD+40 (Permendagri 72/2022, UU 24/2013).

    It names region and date of the first registration and is not reissued when the date of birth
    is corrected, so it may differ from the birth date without being wrong.
    """

    digits: str

    @classmethod
    def parse(cls, text: str) -> "NationalId":
        """Read a NIK, spaces and dots allowed. Raises `Invalid` where it cannot be one."""
        digits = re.sub(r"[\s.]", "", text)
        if not re.fullmatch(r"[0-9]{16}", digits):
            raise Invalid("nik", "nik-digits")
        if digits[:2] not in PROVINCES:
            raise Invalid("nik", "nik-province")
        if digits[12:] == "0000":
            raise Invalid("nik", "nik-serial")
        day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
        if not 1 <= month <= 12:
            raise Invalid("nik", "nik-date")
        # Two digits of a year fit two centuries: 29 February is possible if either had one.
        leap = any(isleap(century + year) for century in (1900, 2000))
        if not 1 <= day % 40 <= monthrange(2000 if leap else 2001, month)[1] or day > 71:
            raise Invalid("nik", "nik-date")
        return cls(digits)

    def agrees_with(self, birth_date: date, sex: Sex) -> bool:
        """Whether date of birth and sex are those in the number; the counter looks, if not."""
        day = birth_date.day + (40 if sex is Sex.FEMALE else 0)
        return self.digits[6:12] == f"{day:02}{birth_date:%m%y}"


class Phone(NamedTuple):
    """An Indonesian mobile number in E.164 form, ``+628…``."""

    number: str

    @classmethod
    def parse(cls, text: str) -> "Phone":
        """Read ``08…``, ``62…`` or ``+62…``, spaces and dashes allowed. Raises `Invalid`."""
        digits = re.sub(r"[\s\-.()]", "", text)
        match = re.fullmatch(r"(?:\+?62|0)(8[0-9]{8,11})", digits, re.ASCII)
        if match is None:
            raise Invalid("phone", "phone")
        if match[1][:3] not in MOBILE_PREFIXES:
            raise Invalid("phone", "phone-prefix")
        return cls("+62" + match[1])


class Digest(NamedTuple):
    """The keyed digest by which a NIK or a phone is found without being readable."""

    text: str
    """``nik:…``, ``phone:…``"""
    key: str
    """Which key made it, in the key service's own words."""


Digests = tuple[Digest, ...]
"""One and the same under every key of the index; the first is the one to look up by."""


class Ktp(NamedTuple):
    """What a KTP says of somebody, and where mail reaches them."""

    nik: NationalId
    name: str
    birth_date: date
    sex: Sex
    email: str | None = None

    @property
    def check_at_counter(self) -> bool:
        return not self.nik.agrees_with(self.birth_date, self.sex)


def parse_name(text: str) -> str:
    """A name as written on a KTP, spaces tidied. Raises `Invalid`."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= 100 or not name.isprintable() or not any(c.isalpha() for c in name):
        raise Invalid("name", "name")
    return name


def parse_email(text: str) -> str:
    """An address that mail could reach. Raises `Invalid`."""
    if (
        len(text) > 254
        or not text.isprintable()
        or not re.fullmatch(r"[^\s@<>:;,]+@[^\s@<>:;,.]+(\.[^\s@<>:;,.]+)+", text)
    ):
        raise Invalid("email", "email")
    return text


def parse_code(text: str) -> str:
    """The six digits of a code by SMS, spaces and dashes allowed. Raises `Invalid`."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise Invalid("code", "code")
    return digits


def check_birth_date(birth_date: date, now: datetime) -> date:
    """Nobody alive was born before 1900 or on a date that has not begun. Raises `Invalid`."""
    if not date(1900, 1, 1) <= birth_date <= now.astimezone(EASTERNMOST).date():
        raise Invalid("birth_date", "birth-date")
    return birth_date
