"""An applicant's passkeys, and signing in by one without an SMS.

They are answered by a function of their own, which has what checks passkeys. As in accounts.py, the
views import their services themselves.
"""

from chalicelib.api import answers, passkey_requests, signed_in
from chalicelib.api.passkey_answers import (
    KeepingPasskey,
    OwnPasskeys,
    PasskeySignInStarted,
    own_passkeys,
)
from chalicelib.api.responses import Headed
from chalicelib.api.routes import Function, Request, Routes, Who
from chalicelib.domain.errors import Invalid, NoSuchAccount, RequestInProgress, TooOften
from chalicelib.domain.passkeys import PasskeyRefused, PasskeysOff, SignInEnded

bp = Routes(__name__, Function.PASSKEYS)


@bp.on(
    "GET",
    "/v1/me/passkeys",
    answer=OwnPasskeys,
    summary="The passkeys by which devices sign in to the account without an SMS",
    of_account=True,
)
def get_passkeys(request: Request) -> OwnPasskeys:
    return OwnPasskeys(own_passkeys(request.found))


@bp.on(
    "POST",
    "/v1/me/passkeys",
    answer=KeepingPasskey,
    summary="Keep a passkey: ask for the options, then send what was made; at most five are kept",
    body=passkey_requests.Enrolment,
    refusals=[Invalid, NoSuchAccount, PasskeyRefused, PasskeysOff, RequestInProgress, SignInEnded],
    of_account=True,
)
def keep_passkey(request: Request) -> KeepingPasskey:
    from chalicelib.services.sign_in import by_passkey

    credential = request.body.credential
    if credential is None:
        return KeepingPasskey(options=by_passkey.ask_to_keep(request.found, request.now))
    return KeepingPasskey(by_passkey.keep(request.found, credential, request.now))


@bp.on(
    "DELETE",
    "/v1/me/passkeys/{passkey_id}",
    answer=None,
    summary="Let a passkey sign in no more",
    status=204,
    refusals=[Invalid],
)
def forget_passkey(request: Request, passkey_id: str) -> None:
    from chalicelib.store import passkeys

    passkeys.remove(request.account_id, passkey_id)


@bp.on(
    "POST",
    "/v1/sessions/passkey",
    answer=PasskeySignInStarted,
    summary="Begin to sign in by a passkey: a challenge, which is the same for everybody",
    status=201,
    refusals=[PasskeysOff, TooOften],
    who=Who.PUBLIC,
)
def begin(request: Request) -> PasskeySignInStarted:
    from chalicelib.services.sign_in import by_passkey

    begun = by_passkey.ask(request.address, request.now)
    return PasskeySignInStarted(begun.sign_in_id, begun.options, begun.expires_at)


@bp.on(
    "POST",
    "/v1/sessions/passkey/{session_id}/verification",
    answer=answers.Tokens,
    summary="Sign in with what a passkey has signed; not after 60 days in which nobody did",
    status=201,
    body=passkey_requests.PasskeyAnswer,
    refusals=[Invalid, PasskeyRefused, SignInEnded],
    who=Who.PUBLIC,
    cookie=True,
)
def verify(request: Request, session_id: str) -> answers.Tokens | Headed:
    from chalicelib.services.sign_in import by_passkey

    return signed_in.issued(
        request, by_passkey.verify(session_id, request.body.credential, request.now)
    )
