"""An app on the client that openapi-python-client has made: use.py BASE TOKEN WISH."""

import json
import sys
import uuid
from datetime import datetime

from antrian_paspor_client import AuthenticatedClient
from antrian_paspor_client.api.default import get_offices_office_id, post_bookings
from antrian_paspor_client.models import (
    AlreadyBookedProblem,
    BookingAnswer,
    NewBooking,
    OfficeDetail,
)

base, token, wish = sys.argv[1:]
body = NewBooking.from_dict(json.loads(wish))
with AuthenticatedClient(base_url=base, token=token) as client:
    office = get_offices_office_id.sync(body.office_id, client=client)
    first, second = (
        post_bookings.sync(client=client, body=body, idempotency_key=uuid.uuid4().hex)
        for _ in range(2)
    )
assert isinstance(office, OfficeDetail)
assert isinstance(office.next_release_at, datetime)
assert isinstance(first, BookingAnswer)
assert isinstance(second, AlreadyBookedProblem)
print(
    json.dumps(
        {
            "release": office.next_release_at.isoformat(),
            "arrive_from": first.arrive_from,
            "refused": second.type_,
            "because_of": second.applicant_id,
        }
    )
)
