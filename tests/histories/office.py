"""An office with twenty slots of ten places a day, put beside a running system.

`STATE=… python -m tests.histories.office`; `open_days` then makes its days.
"""

from datetime import date

from infra.local import beside
from tests.races.storm import Target

OFFICE_ID = "ramai"
PLACES = 10
STARTS = [f"{8 + n // 4:02}:{n % 4 * 15:02}" for n in range(20)]
ENDS = [*STARTS[1:], "13:00"]

OFFICE = {
    "office_id": OFFICE_ID,
    "name": "Kantor Imigrasi Ramai",
    "city": "Ramai",
    "province": "Jawa Barat",
    "time_zone": "Asia/Jakarta",
    "latitude": -6.9,
    "longitude": 107.62,
    "horizon_days": 30,
    "release_at": "00:00",
    "opening": {
        day: [
            {"start": start, "end": end, "places": PLACES}
            for start, end in zip(STARTS, ENDS, strict=True)
        ]
        for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    },
    "closures": {},
}


def slots_of(day: date) -> list[Target]:
    """The twenty slots of a day there."""
    return [Target(OFFICE_ID, day.isoformat(), start, PLACES) for start in STARTS]


def main() -> None:
    beside.entered()
    from chalicelib.store import offices  # only now: it reads the environment

    offices.put(OFFICE)


if __name__ == "__main__":
    main()
