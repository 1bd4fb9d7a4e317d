"""What differs between the stages; everything else is the same in all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    guarded: bool
    """The tables cannot be deleted, and a key of our own encrypts them."""
    log_days: int
    """How long logs are kept."""
    requests_per_second: int
    """At most; more are answered with 429, after a burst of ``burst`` requests."""
    burst: int
    codes_a_day: int
    """The budget of codes by SMS, unless the stack's parameter says otherwise."""
    push_contact: str
    """Whom a push service may turn to when something is wrong with our messages: mailto: or https:
    (RFC 8292). Without one, some refuse them all."""
    runs: Mapping[str, int] = field(default_factory=dict)
    """How many runs at a time each function has for itself, and at most; any number if none."""


STAGES = {
    stage.name: stage
    for stage in (
        Stage(
            "dev",
            guarded=False,
            log_days=14,
            requests_per_second=100,
            burst=200,
            codes_a_day=500,
            push_contact="https://www.imigrasi.go.id",
        ),
        # An account in Jakarta begins with 2,500 a second, bursts of 1,250: docs/operations.md.
        Stage(
            "prod",
            guarded=True,
            log_days=365,
            requests_per_second=10_000,
            burst=5_000,
            codes_a_day=20_000,
            push_contact="https://www.imigrasi.go.id",
            # Of an account's 1,000; Lambda wants 100 left to all others.
            runs={
                "api_handler": 600,
                "people_handler": 200,
                "desk_handler": 50,
                "staff_handler": 20,
                "passkeys_handler": 20,
            },
        ),
    )
}


def asked_for(arguments: Sequence[str]) -> Stage:
    """The stage named on a command line. Ends the program with a sentence if it names none."""
    name = " ".join(arguments)
    if name not in STAGES:
        raise SystemExit(
            f"Which stage? STAGE is one of {', '.join(STAGES)}, as in make package STAGE=prod."
        )
    return STAGES[name]
