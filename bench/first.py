"""The first booking of a process, recorded, so that it can be replayed without AWS.

It is made here, where moto answers for AWS. A process of its own is then given the same request and
the same answers (replay.py), and neither moto nor a network counts there.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.calls import OFFICE, forget, metered
from bench.people import named
from chalicelib.domain.local_time import hhmm

WHO = "somebody"


@contextmanager
def recorded() -> Iterator[Path]:
    """Where a booking's request and AWS's answers to it are; the access token lives ten minutes."""
    from chalicelib import aws, clock

    now = clock.now()
    answers: list[tuple[int, str]] = []

    def answered(response_dict: dict[str, Any], **_: Any) -> None:
        answers.append((response_dict["status_code"], response_dict["body"].decode()))

    with metered(now):
        from app import app

        event = _event(now)
        forget()
        aws.session().register("response-received", answered)
        answer = app(event, None)
        assert answer["statusCode"] == 201, answer
    with TemporaryDirectory() as directory:
        path = Path(directory) / "booking.json"
        path.write_text(json.dumps({"event": event, "answers": answers}))
        yield path


def _event(now: datetime) -> dict[str, Any]:
    """A booking of the first slot that is open, as API Gateway hands it on."""
    from chalicelib.api import tokens
    from chalicelib.domain.bookings import Service
    from chalicelib.services.days import availability
    from chalicelib.services.days.availability import DayStatus
    from chalicelib.services.sign_in.sessions import SignedIn

    alias = named(WHO, WHO, now)
    # Today an office may have closed early, which is looked at.
    days = availability.month(OFFICE, now.date() + timedelta(days=2), 14, now)
    day = next(day.day for day in days if day.status is DayStatus.OPEN)
    slot = availability.day(OFFICE, day, now).slots[0].key
    token = tokens.issue(SignedIn(WHO, "session", ""), now).access_token
    body = {
        "office_id": slot.office_id,
        "date": slot.day.isoformat(),
        "start": hhmm(slot.start),
        "service": Service.NEW,
        "applicants": [alias],
    }
    return {
        "requestContext": {"httpMethod": "POST", "resourcePath": "/v1/bookings"},
        "headers": {
            "authorization": f"Bearer {token}",
            "idempotency-key": "first",
            "content-type": "application/json",
            "Accept": "application/json",
            "Accept-Language": "id-ID,id;q=0.9,en;q=0.8",
            "Host": "0123456789.execute-api.ap-southeast-3.amazonaws.com",
            "User-Agent": "antrian-paspor-mobile/1.0 (Android 14)",
            "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678",
            "X-Forwarded-For": "203.0.113.7",
            "X-Forwarded-Port": "443",
            "X-Forwarded-Proto": "https",
        },
        "pathParameters": None,
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": json.dumps(body),
    }
