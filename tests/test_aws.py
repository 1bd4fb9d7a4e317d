"""How a call finds its service, and how long it waits for one that does not answer."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ReadTimeoutError

from chalicelib import aws as clients
from chalicelib import keyring, sms
from chalicelib.config import settings
from chalicelib.domain.errors import NoAnswer, NotSent
from tests.silence import longest, silent
from tests.world import forget

MINUTE = timedelta(minutes=1)
ELSEWHERE = "ap-southeast-1"


def ask() -> Any:
    return clients.client("kms").list_keys()


def test_a_call_looks_at_no_rules_for_its_endpoint(aws: None) -> None:
    assert clients.client("kms")._ruleset_resolver is None


def test_a_request_that_meets_silence_is_told_within_three_seconds(aws: None) -> None:
    with silent("kms") as called, clients.deadline(MINUTE), pytest.raises(ReadTimeoutError):
        ask()
    assert len(called) == 2
    assert longest(called) < 3


def test_calls_share_the_deadline_of_their_request(aws: None) -> None:
    with silent("kms") as called, clients.deadline(timedelta(seconds=0.3)):
        with pytest.raises(clients.AskedInVain):
            ask()
        with pytest.raises(clients.NotAsked):
            ask()
    assert len(called) == 1
    assert called[0] <= 0.3


def test_what_was_taken_is_given_back_after_the_deadline_of_the_request(aws: None) -> None:
    with clients.deadline(timedelta(0)):
        with pytest.raises(clients.NotAsked):
            ask()
        assert clients.client("dynamodb").list_tables()["TableNames"]
    long_ago = timedelta(seconds=-clients.GIVING_BACK_SECONDS)
    with clients.deadline(long_ago), pytest.raises(clients.NotAsked):
        clients.client("dynamodb").list_tables()


def test_a_service_that_is_silent_is_left_alone_by_requests(aws: None) -> None:
    with silent("kms") as called, clients.deadline(MINUTE):
        with pytest.raises(ReadTimeoutError):
            ask()
        with pytest.raises(clients.NotAsked):
            ask()
    assert len(called) == 2


def test_a_service_that_is_left_alone_is_tried_by_one_and_then_by_all(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent("kms"), clients.deadline(MINUTE), pytest.raises(BotoCoreError):
        ask()
    monkeypatch.setattr(clients, "REST_SECONDS", 0)
    breaker = clients._breaker("kms", settings.region)
    breaker._rests_until = 0.0
    with clients.deadline(MINUTE):
        ask()
    assert breaker.lets_through()
    assert breaker.lets_through()


def test_only_one_tries_a_service_that_is_left_alone() -> None:
    breaker = clients._Breaker()
    for _ in range(clients.SILENCES):
        breaker.heard(answer=False)
    assert not breaker.lets_through()
    breaker._rests_until = 0.0
    assert [breaker.lets_through(), breaker.lets_through()] == [True, False]
    breaker.heard(answer=True)
    assert breaker.lets_through()


def test_one_that_answers_now_and_then_is_not_left_alone() -> None:
    breaker = clients._Breaker()
    for answer in (False, True, False, True, False):
        breaker.heard(answer=answer)
    assert breaker.lets_through()


def test_a_job_leaves_nothing_alone(aws: None) -> None:
    """Else a reminder would be given up that the next second could have sent."""
    for _ in range(clients.SILENCES):
        clients._breaker("kms", settings.region).heard(answer=False)
    ask()


# ---- a code of which nobody knows ----------------------------------------------------------------


def test_a_code_that_was_not_sent_is_told_apart_from_one_that_may_have_been(aws: None) -> None:
    with silent("sns"), clients.deadline(MINUTE):
        with pytest.raises(NoAnswer):
            sms.send_code("+6281200000001", "123456")
        with pytest.raises(NotSent) as left_alone:
            sms.send_code("+6281200000001", "123456")
    assert not isinstance(left_alone.value, NoAnswer)


# ---- the replica of a secret ---------------------------------------------------------------------


@pytest.fixture
def replica(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secrets are in another region too."""
    here = clients.client("secretsmanager")
    there = clients.client("secretsmanager", region=ELSEWHERE)
    for name in (settings.root_secret, settings.tokens_secret):
        secret = here.get_secret_value(SecretId=name)["SecretString"]
        try:
            there.create_secret(Name=name, SecretString=secret)
        except there.exceptions.ResourceExistsException:
            there.put_secret_value(SecretId=name, SecretString=secret)
    monkeypatch.setattr(keyring, "settings", settings._replace(replica_region=ELSEWHERE))
    forget()


@pytest.mark.usefixtures("replica")
def test_a_new_process_takes_its_secrets_from_the_replica_while_the_first_is_silent() -> None:
    with silent("secrets-manager", region=settings.region) as called, clients.deadline(MINUTE):
        key = keyring.derived(keyring.Purpose.BOOKING)
        assert keyring.tokens().keys
    assert len(called) == 2
    assert longest(called) < 3
    forget()
    assert keyring.derived(keyring.Purpose.BOOKING) == key


@pytest.mark.usefixtures("replica")
def test_secrets_are_fetched_once_and_kept() -> None:
    keyring.derived(keyring.Purpose.BOOKING)
    keyring.tokens()
    with silent("secrets-manager") as called, clients.deadline(MINUTE):
        keyring.derived(keyring.Purpose.TICKET)
        keyring.tokens()
    assert not called


def test_without_a_replica_the_fault_is_told_in_time(aws: None) -> None:
    with (
        silent("secrets-manager") as called,
        clients.deadline(MINUTE),
        pytest.raises(BotoCoreError),
    ):
        keyring.tokens()
    assert longest(called) < 3


def test_the_replica_of_an_arn_is_that_of_the_other_region(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "settings", settings._replace(replica_region=ELSEWHERE))
    name = (
        f"arn:aws:secretsmanager:{settings.region}:123456789012:secret:antrian-paspor-prod/x-abcdef"
    )
    asked: list[str] = []

    def note(params: Any, **_: Any) -> None:
        asked.append(params["SecretId"])

    clients.session().register("before-parameter-build", note)
    try:
        with pytest.raises(clients.client("secretsmanager").exceptions.ResourceNotFoundException):
            keyring._secret(name)
    finally:
        clients.session().unregister("before-parameter-build", note)
    assert asked == [name, name.replace(settings.region, ELSEWHERE)]
