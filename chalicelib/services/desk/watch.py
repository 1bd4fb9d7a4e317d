"""What operations see of offices' days: by zone, for each series of its own costs (ADR 11)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from chalicelib.domain.boards import Board, State, Ticket
from chalicelib.domain.bookings import Outcome
from chalicelib.domain.offices import TRIAL
from chalicelib.domain.reports import misjudged, visit_of, waited
from chalicelib.telemetry import Metric, count, measure


def measure_boards(
    boards: Iterable[tuple[Board, int]], zones: Mapping[str, str], now: datetime
) -> None:
    """Measure the boards that are in use: of each zone the one that is furthest behind, and the
    largest; of all of them the call that has gone unserved longest.
    """
    lags: dict[str, timedelta] = {}
    sizes: dict[str, int] = {}
    unserved = timedelta(0)
    for board, size in boards:
        if board.settled or board.key.office_id == TRIAL:
            continue
        zone = zones[board.key.office_id]
        lags[zone] = max(lags.get(zone, timedelta(0)), board.lag(now))
        sizes[zone] = max(sizes.get(zone, 0), size)
        unserved = max(unserved, _unserved(board, now))
    for zone, lag in lags.items():
        measure(Metric.LINE_LAG, lag, zone=zone)
        count(Metric.BOARD_BYTES, sizes[zone], zone=zone)
    if lags:
        measure(Metric.CALL_UNSERVED, unserved)


def _unserved(board: Board, now: datetime) -> timedelta:
    """How long somebody has been called; nobody is waited for once the day is closed."""
    called = [one for one in board.tickets.values() if one.state is State.CALLED]
    if board.closed or not called:
        return timedelta(0)
    return max(now - one.last_call for one in called)


def measure_visit(ticket: Ticket, outcome: Outcome, office_id: str, zone: str) -> None:
    """Measure a visit as it leaves its board."""
    count(Metric.VISITS, office=office_id, outcome=outcome.value)
    visit = visit_of(ticket)
    wait, error = waited(visit), misjudged(visit)
    if wait is not None:
        measure(Metric.WAIT, wait, office=office_id, zone=zone)
    if error is not None:
        measure(Metric.ESTIMATE_ERROR, error, office=office_id, zone=zone)
