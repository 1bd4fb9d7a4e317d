"""The office for trials: always open, in `make run` only, found by its id.

Whatever an office's day has can be tried there at any hour.
"""

from typing import Any

from chalicelib.domain.offices import TRIAL

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

WINDOWS = [
    {
        "start": f"{hour:02}:00",
        "end": f"{hour + 1:02}:00" if hour < 23 else "23:59",
        "places": 20,
    }
    for hour in range(24)
]

OFFICE: dict[str, Any] = {
    "office_id": TRIAL,
    "name": "Kantor Imigrasi Uji Coba",
    "city": "Uji Coba",
    "province": "DKI Jakarta",
    "time_zone": "Asia/Jakarta",
    "latitude": -6.2,
    "longitude": 106.8,
    "horizon_days": 7,
    "release_at": "00:00",
    "counters": 6,
    "step_minutes": [2],
    "opening": dict.fromkeys(WEEK, WINDOWS),
    "closures": {},
}
"""In the form of ``infra/offices.json``."""


def load() -> None:
    """Store it beside the others."""
    from chalicelib.store import offices  # only now: it reads the environment

    offices.put(OFFICE)
