"""The stand-in for push services: as strict as they are, and as bad as it is told to be."""

import json
from collections.abc import Iterator

import pytest
from urllib3 import PoolManager

from chalicelib import push
from infra.local.pushes import Service
from tests.pushes import ENDPOINT, push_services
from tests.test_push import MESSAGE
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def service() -> Iterator[Service]:
    with push_services() as found:
        yield found


def posted(service: Service, **headers: str) -> int:
    signed = f"vapid t={push._token('https://fcm.googleapis.com', NOW)}, k={push.key()}"
    good = {"Push-Endpoint": f"{ENDPOINT}a", "TTL": "60", "Topic": "soon", "Authorization": signed}
    sent = {name: value for name, value in (good | headers).items() if value}
    status: int = PoolManager().request("POST", service.address, headers=sent).status
    return status


def test_it_takes_what_is_as_it_must_be_and_lists_it(service: Service) -> None:
    assert posted(service) == 201
    (came,) = service.sent()
    assert {"endpoint", "kind", "sent_at", "answered"} <= came.keys()
    assert (came["endpoint"], came["kind"], came["answered"]) == (f"{ENDPOINT}a", "soon", 201)


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("TTL", "", 400),
        ("Topic", "a" * 33, 400),
        ("Authorization", "", 403),
        ("Authorization", "vapid t=a.b.c, k=BAAA", 403),
        ("Push-Endpoint", "https://web.push.apple.com/a", 403),  # the token is for another service
    ],
)
def test_it_refuses_what_a_push_service_would(
    service: Service, header: str, value: str, status: int
) -> None:
    assert posted(service, **{header: value}) == status


def test_it_becomes_as_bad_as_it_is_told(service: Service) -> None:
    service.become(json.dumps({"refuse": {"410": 1}}).encode())
    assert push.send(f"{ENDPOINT}a", MESSAGE, NOW).result is push.Result.GONE
    service.become(json.dumps({"refuse": {}, "lose": 1}).encode())
    assert push.send(f"{ENDPOINT}a", MESSAGE, NOW).result is push.Result.ACCEPTED
    assert [one["lost"] for one in service.sent()] == [True, True]
    with pytest.raises(ValueError, match="kind"):
        service.become(b'{"kind": 1}')
