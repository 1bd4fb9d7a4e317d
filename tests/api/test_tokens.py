"""Access tokens: only those that the service itself has signed, and only while they are good."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

import pytest

from chalicelib import aws as clients
from chalicelib import clock, keyring
from chalicelib.api import tokens
from chalicelib.api.problems import NotSignedIn
from chalicelib.api.tokens import ISSUER, LIFE, Caller
from chalicelib.config import settings
from chalicelib.services.sessions import SignedIn
from tests.api import forgery
from tests.api.forgery import FORGERIES, MINUTE, Forged, encoded, key, signed

pytestmark = pytest.mark.usefixtures("aws")

WHO = SignedIn("account", "session", "session.secret")


def issued(now: datetime | None = None) -> str:
    return tokens.issue(WHO, now or clock.now()).access_token


def caller(token: str) -> Caller:
    return tokens.caller(f"Bearer {token}")


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
    assert tokens.caller(f"{scheme} {issued()}") == Caller("account", "session")


def test_a_token_is_good_until_its_life_is_over() -> None:
    assert caller(issued(clock.now() - LIFE + MINUTE)) == Caller("account", "session")


def test_the_life_that_is_told_is_that_of_the_token() -> None:
    assert tokens.issue(WHO, clock.now()).expires_in == LIFE.total_seconds()


@pytest.mark.filterwarnings("ignore:The HMAC key is")
@pytest.mark.parametrize("what", FORGERIES)
def test_nobody_is_signed_in_by(what: str) -> None:
    """What each of them is made of is good: see above. On every route: see test_access.py."""
    with pytest.raises(NotSignedIn):
        tokens.caller(FORGERIES[what](WHO))


# ---- the schemes --------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["", "Basic ", "Token ", "Bearer", "BearerX ", "Bearer  "])
def test_another_scheme_signs_nobody_in(scheme: str) -> None:
    authorization = scheme + issued()
    with pytest.raises(NotSignedIn):
        tokens.caller(authorization)


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
    """Let a new key sign, and keep the one before it; processes that start now see both."""
    secrets = clients.client("secretsmanager")
    kept = json.loads(secrets.get_secret_value(SecretId=settings.tokens_secret)["SecretString"])
    number = len(kept["kid"])
    new = {
        "kid": f"{kept['kid']}+",
        "key": hashlib.sha256(str(number).encode()).hexdigest(),
        "previous": {"kid": kept["kid"], "key": kept["key"]},
    }
    secrets.put_secret_value(SecretId=settings.tokens_secret, SecretString=json.dumps(new))
    keyring.tokens.cache_clear()


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
