"""The work that is asked for before a registration or a booking, while operations want it."""

from chalicelib.api import answers
from chalicelib.api.routes import Call, Routes

bp = Routes(__name__)


@bp.on(
    "GET",
    "/v1/challenges/registration",
    answer=answers.Challenge,
    summary="The proof of work to be sent with a registration, if one is required",
    public=True,
)
def challenge_to_register(call: Call) -> answers.Challenge:
    from chalicelib.api import proof

    return proof.to_register(call.now)


@bp.on(
    "GET",
    "/v1/challenges/booking",
    answer=answers.Challenge,
    summary="The proof of work to be sent with a booking under the same key, if one is required",
    keyed=True,
)
def challenge_to_book(call: Call) -> answers.Challenge:
    from chalicelib.api import proof

    return proof.to_book(call.account_id, call.key, call.now)
