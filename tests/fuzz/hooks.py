"""What Schemathesis is told in its own process: who calls, and a slot that can be booked."""

import os
from functools import cache
from typing import Any

import schemathesis

from tests.machine import Api, Applicant, register
from tests.races.storm import Target, target

LAST_CALLS = {"DELETE /v1/me", "DELETE /v1/sessions/current"}
"""After these a token is good for nothing."""

api = Api(int(os.environ["FUZZED_PORT"]))


@cache
def caller() -> Applicant:
    return register(api)


@cache
def slot() -> Target:
    return target(api, "bandung")


@schemathesis.auth(refresh_interval=None)
class SignedIn:
    """One applicant makes all calls, so that they meet what they did before."""

    def get(self, case: schemathesis.Case[Any], _: schemathesis.AuthContext) -> str:
        return register(api).token if case.operation.label in LAST_CALLS else caller().token

    def set(self, case: schemathesis.Case[Any], token: str, _: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_call(_: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: Any) -> None:
    """Let every other good booking be one that can be had."""
    if case.operation.label != "POST /v1/bookings" or not isinstance(case.body, dict):
        return
    if case.meta and case.meta.generation.mode.is_positive and case.body.get("service") == "new":
        case.body = {**case.body, **slot().body(caller().applicant_id)}  # type: ignore[dict-item]
