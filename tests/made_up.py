"""People who are made up: a NIK for every number, the data of a KTP, the code in their SMS."""

import re
import threading
from datetime import date
from typing import Any

CODE = re.compile(r"Paspor: (\d{6})\.")
"""The code in an SMS."""

_numbers = iter(range(1, 10**7))
_numbers_lock = threading.Lock()


def nik(number: int) -> str:
    """A NIK of its own for every number below ten million."""
    day, serial = divmod(number, 9999)
    return f"357301{1 + day % 28:02}{1 + day // 28 % 12:02}{80 + day // 336 % 20:02}{serial + 1:04}"


def identity() -> dict[str, Any]:
    """The data of a new person's KTP, with a phone of their own."""
    with _numbers_lock:
        number = next(_numbers)
    digits = nik(number)
    born = date(1900 + int(digits[10:12]), int(digits[8:10]), int(digits[6:8]))
    return {
        "nik": digits,
        "name": f"Pemohon {'ABCDEFGHIJ'[number % 10]}",
        "birth_date": born.isoformat(),
        "sex": "male",
        "phone": f"0812{number:08}",
        "consent": True,
    }
