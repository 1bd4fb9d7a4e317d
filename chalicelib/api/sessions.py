"""Registration and sign-in. As in accounts.py, the views import their services themselves."""

from chalicelib.api import (
    answers,
    cookie,
    people_answers,
    people_requests,
    proof_of_work,
    shown,
    signed_in,
)
from chalicelib.api.responses import Headed
from chalicelib.api.routes import Function, Request, Routes, Who
from chalicelib.config import settings
from chalicelib.domain.errors import (
    CodeExpired,
    CodesSpent,
    IdentityNeeded,
    IdentityNotConfirmed,
    Invalid,
    PhoneRegistered,
    ProofNeeded,
    RequestInProgress,
    SessionEnded,
    TooOften,
    TooSoon,
    WrongCode,
)
from chalicelib.domain.people import (
    Ktp,
    NationalId,
    Phone,
    check_birth_date,
    parse_code,
    parse_email,
    parse_name,
)

bp = Routes(__name__, Function.PEOPLE)


@bp.on(
    "POST",
    "/v1/registrations",
    answer=people_answers.RegistrationStarted,
    summary="Register with the data of a KTP; a code goes to the phone",
    status=202,
    body=people_requests.Registration,
    refusals=[Invalid, ProofNeeded, TooSoon, TooOften, CodesSpent],
    who=Who.PUBLIC,
)
def register(request: Request) -> people_answers.RegistrationStarted:
    from chalicelib.services.people import registration

    body: people_requests.Registration = request.body
    if not body.consent:
        raise Invalid("consent", "consent")
    ktp = Ktp(
        nik=NationalId.parse(body.nik),
        name=parse_name(body.name),
        birth_date=check_birth_date(body.birth_date, request.now),
        sex=body.sex,
        email=parse_email(body.email) if body.email is not None else None,
    )
    phone = Phone.parse(body.phone)
    asker = proof_of_work.asker(request, proof_of_work.REGISTRATION)
    if settings.proof_to_register:
        asker.prove()
    return people_answers.registration(registration.register(ktp, phone, request.now, asker))


@bp.on(
    "POST",
    "/v1/registrations/{registration_id}/code",
    answer=people_answers.RegistrationStarted,
    summary="Send a new code",
    status=202,
    refusals=[ProofNeeded, CodeExpired, TooSoon, TooOften, CodesSpent],
    who=Who.PUBLIC,
)
def resend_code(request: Request, registration_id: str) -> people_answers.RegistrationStarted:
    from chalicelib.services.people import registration

    asker = proof_of_work.asker(request, proof_of_work.REGISTRATION)
    return people_answers.registration(registration.resend(registration_id, request.now, asker))


@bp.on(
    "POST",
    "/v1/registrations/{registration_id}/verification",
    answer=answers.Tokens,
    summary="Prove the phone; an account is made, or signed in to if there is one already",
    status=201,
    body=people_requests.Code,
    refusals=[
        Invalid,
        WrongCode,
        CodeExpired,
        IdentityNotConfirmed,
        PhoneRegistered,
        RequestInProgress,
    ],
    who=Who.PUBLIC,
    cookie=True,
)
def verify_registration(request: Request, registration_id: str) -> answers.Tokens | Headed:
    from chalicelib.services.people import registration

    code = parse_code(request.body.code)
    made = registration.verify(registration_id, code, request.now, request.address)
    return signed_in.issued(request, made.signed_in, proof=shown.proof(made.proof))


@bp.on(
    "POST",
    "/v1/sessions",
    answer=people_answers.SignInStarted,
    summary="Sign in with a phone; a code goes to it",
    status=202,
    body=people_requests.SignIn,
    refusals=[Invalid, ProofNeeded, TooSoon, TooOften, CodesSpent],
    who=Who.PUBLIC,
    cookie=True,
)
def sign_in(request: Request) -> people_answers.SignInStarted:
    from chalicelib.services.sign_in import devices, sessions

    body: people_requests.SignIn = request.body
    phone = Phone.parse(body.phone)
    told = _told(request, "device_token", body.device_token, cookie.DEVICE)
    device_of = devices.account_of(told or "", request.now)
    asker = proof_of_work.asker(request, proof_of_work.SESSION, device_of)
    return people_answers.sign_in(sessions.ask(phone, request.now, asker))


@bp.on(
    "POST",
    "/v1/sessions/{session_id}/verification",
    answer=answers.Tokens,
    summary="Prove the phone and sign in; after 60 days without it, prove who you are as well",
    status=201,
    body=people_requests.Proof,
    refusals=[Invalid, WrongCode, CodeExpired, IdentityNeeded, TooOften, RequestInProgress],
    who=Who.PUBLIC,
    cookie=True,
)
def verify_session(request: Request, session_id: str) -> answers.Tokens | Headed:
    from chalicelib.services.sign_in import sessions

    body: people_requests.Proof = request.body
    told = None
    if body.birth_date is not None and body.nik_last is not None:
        told = sessions.Identity(body.birth_date, "".join(body.nik_last.split()))
    verified = sessions.verify(session_id, parse_code(body.code), request.now, told)
    return signed_in.issued(request, verified)


@bp.on(
    "POST",
    "/v1/sessions/refresh",
    answer=answers.Tokens,
    summary="Exchange a refresh token for new tokens",
    body=people_requests.Refresh,
    refusals=[Invalid, SessionEnded],
    who=Who.PUBLIC,
    cookie=True,
)
def refresh(request: Request) -> answers.Tokens | Headed:
    from chalicelib.services.sign_in import sessions

    told = _told(request, "refresh_token", request.body.refresh_token, cookie.NAME)
    if told is None:
        raise Invalid("refresh_token", "missing")
    return signed_in.issued(request, sessions.refresh(told, request.now))


@bp.on(
    "DELETE",
    "/v1/sessions/current",
    answer=None,
    summary="Sign out, by the access token or by the cookie",
    status=204,
    refusals=[Invalid],
    hot=True,  # whoever has signed out already is told the same, for an answer may be lost
    cookie=True,
)
def sign_out(request: Request) -> Headed | None:
    from chalicelib.services.sign_in import sessions

    if request.caller:
        sessions.end(request.session_id)
    if not cookie.wanted(request.headers):
        return None
    sessions.end_by_token(cookie.held(request.headers))
    return Headed(None, cookie.FORGETTING)


def _told(request: Request, field: str, told: str | None, name: str) -> str | None:
    """A token from the body, or from its cookie if the caller wants that; not from both."""
    if not cookie.wanted(request.headers):
        return told
    if told is not None:
        raise Invalid(field, "unknown")
    return cookie.held(request.headers, name)
