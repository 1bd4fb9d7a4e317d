"""A release, and 200 phones that wait for it: what each asks from that second on, and how late."""

import statistics
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.rows import Row
from tests.machine import crowd, started
from tests.races.storm import target
from tests.web.crowd import opens_in, wait

OFFICE = "manokwari"
PHONES = 200
SECONDS = 75
"""Until the release; phones prepare up to 20 seconds before it."""

HOW = f"{PHONES} phones with the modules of the page in Deno, clocks wrong by up to 15 minutes"
BOOKING = "POST /v1/bookings"


def rows() -> Iterator[Row]:
    with TemporaryDirectory() as directory, started(Path(directory), limits="off") as machine:
        people = crowd(machine, PHONES)
        wanted = target(machine, OFFICE)
        opens_at = opens_in(machine, wanted, SECONDS)
        phones = wait(machine, wanted, people, opens_at)
    assert sum(phone.code is not None for phone in phones) == wanted.capacity
    later = [what for phone in phones for what in phone.from_the_release_on]
    before = [at for phone in phones for at, what in phone.asked if at < 0 and "refresh" in what]
    booking = [at for phone in phones for at, what in phone.asked if what == BOOKING]
    yield Row("release: requests from it on", len(later) / PHONES, "a phone", HOW)
    yield Row("release: other than bookings", len(later) - later.count(BOOKING), "requests", HOW)
    yield Row("release: a booking is sent after", statistics.median(booking), "s, median", HOW)
    yield Row("release: the last is sent after", max(booking), "s", HOW)
    yield Row("release: tokens are renewed over", max(before) - min(before), "s", HOW)
