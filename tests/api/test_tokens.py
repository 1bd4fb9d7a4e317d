"""Access tokens: only those that the service itself has signed, and only while they are good."""

import hashlib
import hmac
import json
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import aws as clients
from chalicelib import clock, keyring
from chalicelib.api import tokens
from chalicelib.api.problems import NotSignedIn
from chalicelib.api.tokens import ISSUER, LIFE, Caller
from chalicelib.config import settings
from chalicelib.services.sign_in.sessions import SignedIn
from tests.api import forgery
from tests.api.forgery import FORGERIES, MINUTE, Forged, encoded, key, signed
from tests.wire import before, fault

pytestmark = pytest.mark.usefixtures("aws")

WHO = SignedIn("account", "session", "session.secret")


def issued(now: datetime | None = None) -> str:
    return tokens.issue(WHO, now or clock.now()).access_token


def caller(token: str, now: datetime | None = None) -> Caller:
    return tokens.caller(f"Bearer {token}", now or clock.now())


def forged(header: Forged | None = None, claims: Forged | None = None, **changed: Any) -> str:
    return forgery.forged(WHO, header, claims, **changed)


def refused(token: str) -> None:
    with pytest.raises(NotSignedIn):
        caller(token)


# ---- the good ones ------------------------------------------------------------------------------


def test_a_token_says_who_is_calling() -> None:
    assert caller(issued()) == Caller("account", "session")


def test_a_token_made_by_hand_in_the_same_way_is_good() -> None:
    assert caller(forged()) == Caller("account", "session")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_written_in_any_case(scheme: str) -> None:
    assert tokens.caller(f"{scheme} {issued()}", clock.now()) == Caller("account", "session")


def test_a_token_is_good_until_its_life_is_over() -> None:
    assert caller(issued(clock.now() - LIFE + MINUTE)) == Caller("account", "session")


def test_the_life_that_is_told_is_that_of_the_token() -> None:
    assert tokens.issue(WHO, clock.now()).expires_in == LIFE.total_seconds()


@pytest.mark.filterwarnings("ignore:The HMAC key is")
@pytest.mark.parametrize("what", FORGERIES)
def test_nobody_is_signed_in_by(what: str) -> None:
    """What each of them is made of is good: see above. On every route: see test_access.py."""
    with pytest.raises(NotSignedIn):
        tokens.caller(FORGERIES[what](WHO), clock.now())


# ---- the schemes --------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["", "Basic ", "Token ", "Bearer", "BearerX ", "Bearer  "])
def test_another_scheme_signs_nobody_in(scheme: str) -> None:
    authorization = scheme + issued()
    with pytest.raises(NotSignedIn):
        tokens.caller(authorization, clock.now())


@pytest.mark.parametrize(
    "token",
    [
        "",
        " ",
        "x",
        "..",
        "a.b.c",
        "a.b.c.d",
        "é.é.é",
        "\x00",
        "e30.e30.",
        "bnVsbA.e30.x",
        "W10.e30.x",
        "IjEi.e30.x",
    ],
)
def test_garbage_signs_nobody_in(token: str) -> None:
    refused(token)


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_a_header_of_endless_brackets_signs_nobody_in(bracket: str) -> None:
    refused(signed(bracket * 5_000, "{}", key()))


def test_a_header_with_a_huge_number_signs_nobody_in() -> None:
    refused(signed('{"kid": ' + "1" * 5_000 + "}", "{}", key()))


# ---- the signature ------------------------------------------------------------------------------


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_a_token_without_a_signature_signs_nobody_in(alg: str) -> None:
    refused(forged({"alg": alg}).rpartition(".")[0] + ".")


@pytest.mark.parametrize("alg", ["none", "RS256", "ES256", "HS1"])
def test_a_token_that_names_another_algorithm_signs_nobody_in(alg: str) -> None:
    refused(forged({"alg": alg}))


@pytest.mark.filterwarnings("ignore:The HMAC key is")
@pytest.mark.parametrize(("alg", "digest"), [("HS384", "sha384"), ("HS512", "sha512")])
def test_a_token_signed_with_the_key_by_another_algorithm_signs_nobody_in(
    alg: str, digest: str
) -> None:
    refused(forged({"alg": alg}, digest=digest))


def test_a_token_without_an_algorithm_signs_nobody_in() -> None:
    refused(forged({"alg": None}))


@pytest.mark.parametrize("secret", [b"another key, as long as any other is", b"x"])
def test_a_token_signed_with_another_key_signs_nobody_in(secret: bytes) -> None:
    refused(forged(secret=secret))


@pytest.mark.parametrize("kid", ["unknown", "", 7, ["a"], {"a": 1}, "../../dev/null"])
def test_a_token_of_a_key_that_is_not_known_signs_nobody_in(kid: Any) -> None:
    refused(forged({"kid": kid}))


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u"])
def test_a_token_that_brings_a_key_of_its_own_signs_nobody_in(name: str) -> None:
    secret = b"a key of the forger, as long as any"
    brought = {"kty": "oct", "k": encoded(secret)} if name == "jwk" else "https://keys.test"
    refused(forged({name: brought}, secret=secret))


def test_a_token_with_an_extension_that_must_be_understood_signs_nobody_in() -> None:
    refused(forged({"crit": ["exp"]}))


# ---- the claims ---------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid", "iat", "exp"])
def test_a_token_without_one_of_its_claims_signs_nobody_in(claim: str) -> None:
    refused(forged(claims={claim: None}))


@pytest.mark.parametrize("claim", ["iss", "aud"])
@pytest.mark.parametrize("value", ["antrian-paspor-other", "", "*", ISSUER.upper()])
def test_a_token_of_another_stage_signs_nobody_in(claim: str, value: str) -> None:
    refused(forged(claims={claim: value}))


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", ["soon", [], {}])
def test_a_token_with_a_time_that_is_none_signs_nobody_in(claim: str, value: Any) -> None:
    refused(forged(claims={claim: value}))


def test_a_token_for_nobody_in_particular_signs_nobody_in() -> None:
    refused(forged(claims={"sub": 7}))


@pytest.mark.parametrize("claims", ["[]", "null", '"text"', "7", "{", ""])
def test_a_token_whose_claims_are_no_object_signs_nobody_in(claims: str) -> None:
    header = json.dumps({"alg": "HS256", "kid": keyring.tokens().current})
    refused(signed(header, claims, key()))


# ---- rotation -----------------------------------------------------------------------------------


def rotate() -> None:
    """Let a new key sign, and keep the one before it; this process begins anew and sees both."""
    put_new_key()
    keyring.tokens.cache_clear()


def put_new_key() -> None:
    """Let a new key sign, and keep the one before it; processes that run do not know of it."""
    secrets = clients.client("secretsmanager")
    kept = json.loads(secrets.get_secret_value(SecretId=settings.tokens_secret)["SecretString"])
    number = len(kept["kid"])
    new = {
        "kid": f"{kept['kid']}+",
        "key": hashlib.sha256(str(number).encode()).hexdigest(),
        "previous": {"kid": kept["kid"], "key": kept["key"]},
    }
    secrets.put_secret_value(SecretId=settings.tokens_secret, SecretString=json.dumps(new))


def test_a_token_of_the_key_before_is_good_after_a_rotation() -> None:
    token = issued()
    rotate()
    assert caller(token) == Caller("account", "session")


def test_the_new_key_signs_after_a_rotation() -> None:
    before = key()
    rotate()
    token = issued()
    header, claims, signature = token.split(".")
    by_hand = {
        name: encoded(hmac.digest(secret, f"{header}.{claims}".encode(), "sha256"))
        for name, secret in (("new", key()), ("before", before))
    }
    assert (signature == by_hand["new"], signature == by_hand["before"]) == (True, False)
    assert caller(token) == Caller("account", "session")


def test_a_token_of_the_key_before_the_last_signs_nobody_in() -> None:
    token = issued()
    rotate()
    rotate()
    refused(token)


def test_a_token_that_names_one_key_and_is_signed_with_the_other_signs_nobody_in() -> None:
    old_key, old_kid = key(), keyring.tokens().current
    rotate()
    refused(forged(secret=old_key))
    refused(forged({"kid": old_kid}))


def issued_elsewhere() -> str:
    """A token of a process that has begun since the rotation; this one goes on with what it has."""
    here = keyring.tokens()
    keyring.tokens.cache_clear()
    token = issued()
    elsewhere = keyring.tokens()
    keyring.tokens.cache_clear()
    keyring.tokens().keys, keyring.tokens().current = here.keys, here.current
    assert here.current != elsewhere.current
    return token


def fetches() -> AbstractContextManager[list[Any]]:
    return before("GetSecretValue", client=clients.client("secretsmanager"))


def test_a_process_that_runs_learns_of_a_key_that_is_newer_than_itself() -> None:
    token = issued()
    put_new_key()
    assert caller(issued_elsewhere()) == Caller("account", "session")
    assert caller(token) == Caller("account", "session")


def test_a_process_that_has_learnt_of_a_key_signs_with_it() -> None:
    old = issued()
    put_new_key()
    newer = issued_elsewhere()
    caller(newer)
    headers = [token.partition(".")[0] for token in (old, newer, issued())]
    assert (headers[1] == headers[0], headers[1] == headers[2]) == (False, True)


def test_a_known_key_is_never_fetched_again() -> None:
    token = issued()
    with fetches() as made:
        for minutes in range(5):
            caller(token, clock.now() + minutes * MINUTE)
    assert made == []


def test_a_flood_of_unknown_keys_costs_one_fetch_a_minute() -> None:
    flood = [forged({"kid": f"made up {n}"}) for n in range(20)]
    now = clock.now()
    with fetches() as made:
        for minutes in range(3):
            for token in flood:
                with pytest.raises(NotSignedIn):
                    caller(token, now + minutes * MINUTE)
                with pytest.raises(NotSignedIn):
                    caller(token, now + (minutes + 1) * MINUTE - timedelta(seconds=1))
    assert len(made) == 3


def test_known_keys_go_on_while_the_secret_cannot_be_fetched() -> None:
    token, unknown = issued(), forged({"kid": "made up"})
    secrets = clients.client("secretsmanager")
    with before("GetSecretValue", *fault(2), client=secrets), pytest.raises(ClientError):
        caller(unknown)
    assert caller(token) == Caller("account", "session")
