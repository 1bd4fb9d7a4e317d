"""Registration and sign-in. As in accounts.py, the views import their services themselves."""

from msgspec import structs

from chalicelib.api import answers, proof_of_work, requests, shown, tokens
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
    answer=answers.RegistrationStarted,
    summary="Register with the data of a KTP; a code goes to the phone",
    status=202,
    body=requests.Registration,
    refusals=[Invalid, ProofNeeded, TooSoon, TooOften, CodesSpent],
    who=Who.PUBLIC,
)
def register(request: Request) -> answers.RegistrationStarted:
    from chalicelib.services.people import registration

    body: requests.Registration = request.body
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
    return shown.registration(registration.register(ktp, phone, request.now, asker))


@bp.on(
    "POST",
    "/v1/registrations/{registration_id}/code",
    answer=answers.RegistrationStarted,
    summary="Send a new code",
    status=202,
    refusals=[ProofNeeded, CodeExpired, TooSoon, TooOften, CodesSpent],
    who=Who.PUBLIC,
)
def resend_code(request: Request, registration_id: str) -> answers.RegistrationStarted:
    from chalicelib.services.people import registration

    asker = proof_of_work.asker(request, proof_of_work.REGISTRATION)
    return shown.registration(registration.resend(registration_id, request.now, asker))


@bp.on(
    "POST",
    "/v1/registrations/{registration_id}/verification",
    answer=answers.Tokens,
    summary="Prove the phone; an account is made, or signed in to if there is one already",
    status=201,
    body=requests.Code,
    refusals=[
        Invalid,
        WrongCode,
        CodeExpired,
        IdentityNotConfirmed,
        PhoneRegistered,
        RequestInProgress,
    ],
    who=Who.PUBLIC,
)
def verify_registration(request: Request, registration_id: str) -> answers.Tokens:
    from chalicelib.services.people import registration

    code = parse_code(request.body.code)
    made = registration.verify(registration_id, code, request.now, request.address)
    issued = tokens.issue(made.signed_in, request.now)
    return structs.replace(issued, proof=shown.proof(made.proof))


@bp.on(
    "POST",
    "/v1/sessions",
    answer=answers.SignInStarted,
    summary="Sign in with a phone; a code goes to it",
    status=202,
    body=requests.SignIn,
    refusals=[Invalid, ProofNeeded, TooSoon, TooOften, CodesSpent],
    who=Who.PUBLIC,
)
def sign_in(request: Request) -> answers.SignInStarted:
    from chalicelib.services.sign_in import devices, sessions

    body: requests.SignIn = request.body
    phone = Phone.parse(body.phone)
    device_of = devices.account_of(body.device_token or "", request.now)
    asker = proof_of_work.asker(request, proof_of_work.SESSION, device_of)
    return shown.sign_in(sessions.ask(phone, request.now, asker))


@bp.on(
    "POST",
    "/v1/sessions/{session_id}/verification",
    answer=answers.Tokens,
    summary="Prove the phone and sign in; after 60 days without it, prove who you are as well",
    status=201,
    body=requests.Proof,
    refusals=[Invalid, WrongCode, CodeExpired, IdentityNeeded, TooOften, RequestInProgress],
    who=Who.PUBLIC,
)
def verify_session(request: Request, session_id: str) -> answers.Tokens:
    from chalicelib.services.sign_in import sessions

    body: requests.Proof = request.body
    told = None
    if body.birth_date is not None and body.nik_last is not None:
        told = sessions.Identity(body.birth_date, "".join(body.nik_last.split()))
    signed_in = sessions.verify(session_id, parse_code(body.code), request.now, told)
    return tokens.issue(signed_in, request.now)


@bp.on(
    "POST",
    "/v1/sessions/refresh",
    answer=answers.Tokens,
    summary="Exchange a refresh token for new tokens",
    body=requests.Refresh,
    refusals=[Invalid, SessionEnded],
    who=Who.PUBLIC,
)
def refresh(request: Request) -> answers.Tokens:
    from chalicelib.services.sign_in import sessions

    return tokens.issue(sessions.refresh(request.body.refresh_token, request.now), request.now)


@bp.on(
    "DELETE",
    "/v1/sessions/current",
    answer=None,
    summary="Sign out",
    status=204,
    hot=True,  # whoever has signed out already is told the same, for an answer may be lost
)
def sign_out(request: Request) -> None:
    from chalicelib.services.sign_in import sessions

    sessions.end(request.session_id)
