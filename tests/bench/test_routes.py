"""The calls of each route are counted, and none has come to it unseen."""

from bench.routes import counted

CALLS = {
    "GET /v1/me, the first of an hour": 5,
    "GET /v1/me": 5,
    "GET /v1/me/family, nobody in it": 1,
    "POST /v1/me/family": 9,
    "GET /v1/me/family, one in it, the first of an hour": 4,
    "GET /v1/me/family, one in it": 4,
    "DELETE /v1/me/family/{applicant_id}": 3,
    "GET /v1/offices/{office_id}/calendar": 1,
    "GET /v1/offices/{office_id}/calendar, within a second": 0,
    "GET /v1/offices/{office_id}/days/{date}": 2,
    "POST /v1/bookings": 2,
    "GET /v1/bookings/{code}": 1,
    "POST /v1/bookings/{code}/reschedule": 5,
    "DELETE /v1/bookings/{code}": 4,
    "POST /v1/registrations": 9,
    "POST /v1/registrations/{registration_id}/verification": 10,
    "POST /v1/sessions": 9,
    "POST /v1/sessions/{session_id}/verification": 3,
}
"""In a warm process; docs/capacity.md says what they are."""


def test_each_route_takes_as_many_calls_as_it_did() -> None:
    assert {name: len(calls) for name, calls in counted().items()} == CALLS
