"""The control: the same API on moto, whose DynamoDB has no lock. A race test must fail here."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from app import app
from chalicelib import clock
from chalicelib.config import settings
from chalicelib.services.days import release
from chalicelib.store import offices
from infra.local import site
from infra.local.gateway import Gateway
from infra.local.provision import provision
from infra.local.server import Server
from infra.stack import keys, tables
from tests.machine import Api
from tests.mended import mend
from tests.world import forget

EAGER_SECONDS = 0.001
"""How soon threads take turns here, a fifth of what is usual: moto's gaps are short."""


@contextmanager
def unlocked(*more: Mapping[str, Any]) -> Iterator[Api]:
    """The API in threads of this process, with an office of small slots, until the block ends.

    ``more`` are offices beside it, in the form of ``infra/offices.json``.
    """
    server = Server(0)
    mend()
    with mock_aws():
        forget()
        provision({**tables.resources("local"), **keys.resources("local")})
        for office in (OFFICE, *more):
            offices.put(office)
        release.open_days(clock.now())
        gateway = Gateway(app, {"/_local/sms": _sms}, site.answer)
        with server.serving(gateway):
            yield Api(server.port)
    forget()


@contextmanager
def eager() -> Iterator[None]:
    """Threads of this process take turns as often as they can."""
    patience = sys.getswitchinterval()
    sys.setswitchinterval(EAGER_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(patience)


OFFICE = {
    "office_id": "bandung",
    "name": "Kantor Imigrasi Bandung",
    "city": "Bandung",
    "province": "Jawa Barat",
    "time_zone": "Asia/Jakarta",
    "latitude": -6.9,
    "longitude": 107.62,
    "horizon_days": 14,
    "release_at": "00:00",
    "opening": {
        day: [{"start": f"{h:02}:00", "end": f"{h + 1:02}:00", "places": 10} for h in (9, 10, 13)]
        for day in ("mon", "tue", "wed", "thu", "fri")
    },
    "closures": {},
}


def _sms() -> list[dict[str, str]]:
    backend = sns_backends[DEFAULT_ACCOUNT_ID][settings.sms_region]
    return [{"phone": number, "text": text} for number, text, *_ in backend.sms_messages.values()]
