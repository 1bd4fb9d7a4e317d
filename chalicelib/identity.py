"""The civil register of the ministry: whether a NIK, a name and a birth date belong together.

Off unless operations name its address. What it is asked and what it answers is in docs/identity.md.
Nothing of it is kept but the answer, and nothing of it is logged but that it was asked.
"""

import json
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib import keyring
from chalicelib.config import settings
from chalicelib.domain.people import Ktp
from chalicelib.telemetry import Metric, count

if TYPE_CHECKING:
    from urllib3 import PoolManager

PATIENCE = timedelta(seconds=2)
"""How long somebody waits for the register; after it the answer is none, and it is asked later."""


class Answer(StrEnum):
    MATCH = "match"
    MISMATCH = "mismatch"
    NONE = "none"
    """It was silent, or said what it never says."""
    OFF = "off"
    """There is no register to ask."""


def there() -> bool:
    """Whether there is a register to ask."""
    return bool(settings.identity_url)


def ask(ktp: Ktp) -> Answer:
    """Ask once whether these data belong together."""
    if not there():
        return Answer.OFF
    answer = _asked(ktp)
    count(Metric.REGISTER, result=answer.value)
    return answer


def _asked(ktp: Ktp) -> Answer:
    from urllib3.exceptions import HTTPError

    asked = {"nik": ktp.nik.digits, "name": ktp.name, "birth_date": ktp.birth_date.isoformat()}
    try:
        response: Any = _pool().request(
            "POST",
            settings.identity_url,
            body=json.dumps(asked).encode(),
            headers={
                "Authorization": f"Bearer {keyring.identity()}",
                "Content-Type": "application/json",
            },
            redirect=False,
            retries=False,
        )
    except HTTPError:
        return Answer.NONE
    return _answer(response.status, response.data)


def _answer(status: int, body: bytes) -> Answer:
    try:
        said = json.loads(body)["match"] if status == 200 else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return Answer.NONE
    if said is True:
        return Answer.MATCH
    return Answer.MISMATCH if said is False else Answer.NONE


@cache
def _pool() -> "PoolManager":
    from urllib3 import PoolManager, Timeout  # botocore has loaded it; most processes never ask

    return PoolManager(maxsize=8, timeout=Timeout(total=PATIENCE.total_seconds()))
