"""Messages by push over HTTP: subscribing, what is to be shown, and the receipt."""

from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.domain.notices import Notice
from chalicelib.store import notices
from chalicelib.store.dynamo import transact
from tests.api.caller import call, token_of
from tests.builders import (
    FAMILY,
    Registered,
    a_slot,
    an_office,
    booked,
    every_day,
    registered,
    released_days,
)
from tests.machine import Reply

pytestmark = [
    pytest.mark.usefixtures("aws"),
    pytest.mark.filterwarnings("ignore:The HMAC key is"),
]

ENDPOINT = "https://web.push.apple.com/a-phone"


@pytest.fixture
def who() -> Registered:
    return registered(1, clock.now())


def ask(who: Registered, method: str, path: str, body: Any = None, language: str = "id") -> Reply:
    headers = {"Accept-Language": language}
    return call(method, path, body, token=token_of(who), headers=headers)


def pushed(who: Registered) -> str:
    """The id of a reminder of a booking of theirs that went out by push."""
    now = clock.now()
    released_days(an_office(opening=every_day(FAMILY)), now=now)
    day = an_office().today(now) + timedelta(days=1)
    made = booked(a_slot(FAMILY, day), who, now=now)
    one = notices.of(made, Notice.SOON, who.account_id, [made.place.first], now)
    transact(notices.putting(one))
    return one.notice_id


def test_the_key_is_a_point_of_p_256_as_browsers_want_it(who: Registered) -> None:
    key = ask(who, "GET", "/v1/pushes/key").json["key"]
    point = urlsafe_b64decode(key + "=")
    assert (len(point), point[0]) == (65, 4)


def test_a_device_subscribes_is_listed_and_is_taken_back(who: Registered) -> None:
    first, again = (ask(who, "POST", "/v1/me/pushes", {"endpoint": ENDPOINT}) for _ in range(2))
    assert (first.status, first.json) == (201, again.json)
    (listed,) = ask(who, "GET", "/v1/me/pushes").json["pushes"]
    assert listed["push_id"] == first.json["push_id"]
    assert ask(who, "DELETE", f"/v1/me/pushes/{listed['push_id']}").status == 204
    assert ask(who, "GET", "/v1/me/pushes").json == {"pushes": []}


@pytest.mark.parametrize(
    "endpoint", ["", "http://web.push.apple.com/a", "https://127.0.0.1/a", "https://evil.test/a"]
)
def test_an_address_of_no_known_push_service_is_refused_by_its_field(
    who: Registered, endpoint: str
) -> None:
    refused = ask(who, "POST", "/v1/me/pushes", {"endpoint": endpoint}, "en")
    assert (refused.status, refused.json["field"]) == (422, "endpoint")
    assert "push service" in refused.json["detail"]
    assert ask(who, "GET", "/v1/me/pushes").json == {"pushes": []}


@pytest.mark.parametrize(("language", "title"), [("id", "Hari ini"), ("en", "Today")])
def test_what_is_to_be_shown_comes_in_words_until_it_was_shown(
    who: Registered, language: str, title: str
) -> None:
    notice_id = pushed(who)
    (told,) = ask(who, "GET", "/v1/me/notices?unshown", None, language).json["notices"]
    assert told.keys() == {"notice_id", "kind", "title", "body", "code"}
    assert (told["notice_id"], told["kind"]) == (notice_id, "soon")
    assert told["title"].startswith(title)
    for _ in range(2):
        assert ask(who, "POST", f"/v1/me/notices/{notice_id}/shown").status == 204


def test_a_receipt_for_what_is_not_there_is_refused(who: Registered) -> None:
    refused = ask(who, "POST", "/v1/me/notices/nothing/shown")
    assert (refused.status, refused.problem) == (404, "no-such-notice")
