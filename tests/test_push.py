"""A message to a push service: to whom it may go, how it is signed, and what becomes of it."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from chalicelib import aws as clients
from chalicelib import push
from chalicelib.config import NOBODY, settings
from chalicelib.push import LIFE, REST, TROUBLES, Answer, Message, Result, Urgency
from infra.local.pushes import RETRY_AFTER_SECONDS, Service
from tests.pushes import push_services
from tests.wire import before, refuse
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

MESSAGE = Message(timedelta(minutes=30), Urgency.HIGH, "soon")
GOOGLE = "https://fcm.googleapis.com/fcm/send/abc:def_0"
APPLE = "https://web.push.apple.com/QOd"


@pytest.fixture
def service() -> Iterator[Service]:
    with push_services() as found:
        yield found


@pytest.mark.parametrize(
    "endpoint",
    [
        GOOGLE,
        APPLE,
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://wns2-sg2p.notify.windows.com/w/?token=BQ%3d",
    ],
)
def test_push_services_that_browsers_have_are_known(endpoint: str) -> None:
    assert push.known(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "fcm.googleapis.com/fcm/send/abc",
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com/",
        "https://fcm.googleapis.com:8443/fcm/send/abc",
        "https://fcm.googleapis.com:x/fcm/send/abc",
        "https://FCM.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com./fcm/send/abc",
        "https://fcm.googleapis.com@10.0.0.1/fcm/send/abc",
        "https://10.0.0.1/fcm.googleapis.com",
        "https://10.0.0.1\\@fcm.googleapis.com/fcm/send/abc",
        "https://[::1]/fcm/send/abc",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/fcm/send/abc",
        "https://notify.windows.com/w/?token=a",
        "https://evilnotify.windows.com/w/?token=a",
        "https://notify.windows.com.evil.test/w/?token=a",
        "https://fcm.googleapis.com/fcm/send/abc#there",
        "https://fcm.googleapis.com/fcm/send/a b",
        "https://fcm.googleapis.com/fcm/send/a\r\nHost: evil.test",
        "https://fcm.googleapis.com/fcm/send/é",
        "https://fcm.googleapis.com/fcm/send/" + "a" * 1000,
        "https://[fcm.googleapis.com/a",
    ],
)
def test_no_other_address_is_ever_called(endpoint: str) -> None:
    assert not push.known(endpoint)


def test_a_message_has_no_payload_and_says_how_long_and_how_urgent_it_is(service: Service) -> None:
    assert push.send(GOOGLE, MESSAGE, NOW) == Answer(Result.ACCEPTED)
    (came,) = service.sent()
    assert (came["endpoint"], came["kind"], came["ttl"], came["urgency"], came["answered"]) == (
        GOOGLE,
        "soon",
        1800,
        "high",
        201,
    )


def claims(token: str, **changed: Any) -> dict[str, Any]:
    """What a token says, if it is signed by the key that browsers are given."""
    point = urlsafe_b64decode(push.key() + "=")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    said: dict[str, Any] = jwt.decode(
        token, public, ["ES256"], options={"verify_exp": False, "verify_aud": False}
    )
    return said | changed


def test_a_token_is_for_one_push_service_and_less_than_a_day() -> None:
    token = push._token("https://web.push.apple.com", NOW)
    assert claims(token) == {
        "aud": "https://web.push.apple.com",
        "sub": "https://www.imigrasi.go.id",
        "exp": int((NOW + LIFE).timestamp()),
    }


def test_kms_signs_once_for_a_push_service_and_a_day(service: Service) -> None:
    with before("Sign", client=clients.client("kms")) as signed:
        for hours in range(22):
            for endpoint in (GOOGLE, APPLE):
                push.send(endpoint, MESSAGE, NOW + timedelta(hours=hours))
        assert len(signed) == 2
        push.send(GOOGLE, MESSAGE, NOW + timedelta(hours=22))
        assert len(signed) == 3


@pytest.mark.parametrize("bits", [1, 7, 8, 240, 247, 248, 255])
def test_every_signature_has_64_bytes_however_short_its_numbers_are(bits: int) -> None:
    short, long = 2**bits - 1, 2**256 - 1
    for r, s in ((short, long), (long, short), (short, short)):
        raw = push._raw(encode_dss_signature(r, s))
        assert raw == r.to_bytes(32) + s.to_bytes(32)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (404, Answer(Result.GONE)),
        (410, Answer(Result.GONE)),
        (400, Answer(Result.REFUSED)),
        (302, Answer(Result.REFUSED)),
        (429, Answer(Result.BUSY, NOW + max(timedelta(seconds=RETRY_AFTER_SECONDS), REST))),
        (500, Answer(Result.BUSY, NOW + REST)),
        (503, Answer(Result.BUSY, NOW + REST)),
    ],
)
def test_what_a_push_service_says_is_understood(
    service: Service, status: int, answer: Answer
) -> None:
    service.refuse = {str(status): 1}
    assert push.send(GOOGLE, MESSAGE, NOW) == answer


def test_a_push_service_that_is_slow_may_have_taken_it(service: Service) -> None:
    service.delay_seconds = 1
    assert push.send(GOOGLE, MESSAGE, NOW) == Answer(Result.UNKNOWN)
    assert len(service.sent()) == 1


def test_a_lost_answer_is_unknown_and_asked_for_once(service: Service) -> None:
    service.lose_answers = 1
    assert push.send(GOOGLE, MESSAGE, NOW) == Answer(Result.UNKNOWN)
    assert len(service.sent()) == 1


def test_a_push_service_that_cannot_be_reached_has_taken_nothing(service: Service) -> None:
    there = settings._replace(push_stand_in=NOBODY)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(push, "settings", there)
        assert push.send(GOOGLE, MESSAGE, NOW) == Answer(Result.BUSY, NOW + REST)


def test_a_push_service_in_trouble_is_left_alone_for_a_while_and_no_other_is(
    service: Service,
) -> None:
    service.refuse = {"503": 1}
    answers = [push.send(GOOGLE, MESSAGE, NOW) for _ in range(TROUBLES + 3)]
    assert set(answers) == {Answer(Result.BUSY, NOW + REST)}
    assert len(service.sent()) == TROUBLES
    service.refuse = {}
    assert push.send(APPLE, MESSAGE, NOW).result is Result.ACCEPTED
    assert push.send(GOOGLE, MESSAGE, NOW + REST).result is Result.ACCEPTED


def test_one_answer_between_ends_the_count_of_troubles(service: Service) -> None:
    for _ in range(3):
        service.refuse = {"503": 1}
        for _ in range(TROUBLES - 1):
            push.send(GOOGLE, MESSAGE, NOW)
        service.refuse = {}
        assert push.send(GOOGLE, MESSAGE, NOW).result is Result.ACCEPTED


def test_without_its_key_nothing_goes_by_push_and_nothing_breaks(service: Service) -> None:
    with before("Sign", refuse("DisabledException"), client=clients.client("kms")):
        assert push.send(GOOGLE, MESSAGE, NOW) == Answer(Result.BUSY, NOW + REST)
    assert service.sent() == []


@pytest.mark.parametrize(
    ("said", "rest"),
    [("90", 90), ("5", 60), ("", 60), ("soon", 60), ("999999", 3600), ("9" * 30, 60), ("-7", 60)],
)
def test_how_long_a_push_service_wants_to_be_left_alone_is_kept_within_bounds(
    said: str, rest: int
) -> None:
    assert push._rest(said) == timedelta(seconds=rest)
