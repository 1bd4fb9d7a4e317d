"""What Schemathesis is told in its own process: who calls, and what can be had."""

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import schemathesis

from tests.machine import Api, Applicant, register
from tests.made_up import identity
from tests.races.storm import Target, target

LAST_CALLS = {"DELETE /v1/me", "DELETE /v1/sessions/current"}
"""After these a token is good for nothing."""

api = Api(int(os.environ["FUZZED_PORT"]))


@cache
def caller() -> Applicant:
    return register(api)


@cache
def slot(number: int) -> Target:
    return target(api, "bandung", number=number)


def a_relative() -> dict[str, Any]:
    person = identity()
    return {name: person[name] for name in ("nik", "name", "birth_date", "sex")}


THAT_CAN_BE: dict[str, Callable[[], dict[str, Any]]] = {
    "POST /v1/registrations": identity,
    "POST /v1/me/family": a_relative,
    "POST /v1/bookings": lambda: slot(0).body(caller().applicant_id),
    "POST /v1/bookings/{code}/reschedule": lambda: {
        "office_id": slot(1).office_id,
        "date": slot(1).date,
        "start": slot(1).start,
    },
}
"""What no schema tells: a NIK that can be, a slot that is there."""


@schemathesis.auth(refresh_interval=None)
class SignedIn:
    """One applicant makes all calls, so that they meet what they did before."""

    def get(self, case: schemathesis.Case[Any], _: schemathesis.AuthContext) -> str:
        return register(api).token if case.operation.label in LAST_CALLS else caller().token

    def set(self, case: schemathesis.Case[Any], token: str, _: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_call(_: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: Any) -> None:
    """Let about every other good body be one that can be."""
    can_be = THAT_CAN_BE.get(case.operation.label)
    if can_be is None or not isinstance(case.body, dict) or case.meta is None:
        return
    if case.meta.generation.mode.is_positive and len(str(case.body)) % 2:
        case.body = {**case.body, **can_be()}
