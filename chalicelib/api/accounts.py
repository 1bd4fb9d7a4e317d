"""The signed-in applicant's own account, family and rights.

The views import their services themselves: a process that starts in order to book needs none of
them, so they are loaded when somebody first asks.
"""

import re

from chalicelib.api import answers, requests, shown
from chalicelib.api.routes import PARAMETER, Query, Request, Routes
from chalicelib.domain.errors import (
    AlreadyInFamily,
    BookingActive,
    CodeExpired,
    CodesSpent,
    FamilyFull,
    IdentityNotConfirmed,
    Invalid,
    NoSuchAccount,
    NoSuchApplicant,
    NoSuchRequest,
    PhoneRegistered,
    RequestInProgress,
    TooOften,
    TooSoon,
    WrongCode,
)
from chalicelib.domain.people import (
    Ktp,
    NationalId,
    Phone,
    Relation,
    check_birth_date,
    parse_email,
    parse_name,
)

bp = Routes(__name__)


@bp.on(
    "GET",
    "/v1/me",
    answer=answers.Account,
    summary="The account and its holder",
    refusals=[NoSuchAccount, TooOften],
)
def get_me(request: Request) -> answers.Account:
    from chalicelib.services.limits import tallied
    from chalicelib.services.people import profile

    tallied.personal_read(request.account_id, request.now)
    return shown.account(profile.me(request.account_id, request.now))


@bp.on(
    "PATCH",
    "/v1/me",
    answer=answers.Account,
    summary="Correct the holder's data",
    body=requests.Correction,
    refusals=[Invalid, NoSuchAccount, RequestInProgress, TooOften],
)
def correct_me(request: Request) -> answers.Account:
    from chalicelib.services.limits import tallied
    from chalicelib.services.people import profile

    body: requests.Correction = request.body
    if (body.name, body.email, body.birth_date, body.sex) == (None,) * 4:
        raise Invalid("name", "nothing")
    name = parse_name(body.name) if body.name is not None else None
    email = parse_email(body.email) if body.email else body.email
    born = check_birth_date(body.birth_date, request.now) if body.birth_date else None
    tallied.personal_read(request.account_id, request.now)
    corrected = profile.correct(
        request.account_id, name, email, request.now, birth_date=born, sex=body.sex
    )
    return shown.account(corrected)


@bp.on(
    "POST",
    "/v1/me/phone",
    answer=answers.PhoneChangeStarted,
    summary="Sign in with another phone from now on; a code goes to it",
    status=202,
    body=requests.NewPhone,
    refusals=[Invalid, TooSoon, TooOften, CodesSpent],
)
def change_phone(request: Request) -> answers.PhoneChangeStarted:
    from chalicelib.services.limits import tallied
    from chalicelib.services.people import phones

    phone = Phone.parse(request.body.phone)
    with tallied.codes(request.address, request.now):
        return shown.phone_change(phones.ask(request.account_id, phone, request.now))


@bp.on(
    "POST",
    "/v1/me/phone/{change_id}/verification",
    answer=answers.Account,
    summary="Prove the new phone; the old one is told",
    body=requests.Code,
    refusals=[
        Invalid,
        WrongCode,
        CodeExpired,
        NoSuchAccount,
        PhoneRegistered,
        RequestInProgress,
    ],
)
def verify_phone(request: Request, change_id: str) -> answers.Account:
    from chalicelib.services.people import phones, profile

    phones.verify(request.account_id, change_id, request.body.code, request.now)
    return shown.account(profile.me(request.account_id, request.now))


@bp.on(
    "GET",
    "/v1/me/requests",
    answer=answers.ConsentRequests,
    summary="Who asks to book for the holder, or to be the holder, and whom the holder allows it",
    refusals=[NoSuchAccount],
)
def get_requests(request: Request) -> answers.ConsentRequests:
    from chalicelib.services.people import consent

    found = consent.requests(request.account_id, request.now)
    return answers.ConsentRequests([shown.consent_request(one) for one in found])


@bp.on(
    "POST",
    "/v1/me/requests/{request_id}",
    answer=None,
    summary="Accept or refuse such a request, or take back what was accepted",
    status=204,
    body=requests.Consent,
    refusals=[Invalid, NoSuchAccount, NoSuchRequest, RequestInProgress],
)
def answer_request(request: Request, request_id: str) -> None:
    from chalicelib.services.people import consent

    body: requests.Consent = request.body
    consent.answer(request.account_id, request_id, request.now, accept=body.accept)


@bp.on(
    "GET",
    "/v1/me/family",
    answer=answers.Family,
    summary="The people of the account besides the holder",
    refusals=[NoSuchAccount, TooOften],
)
def get_family(request: Request) -> answers.Family:
    from chalicelib.services.limits import tallied
    from chalicelib.services.people import family

    tallied.personal_read(request.account_id, request.now)
    relatives = family.of(request.account_id, request.now)
    return answers.Family([shown.relative(one) for one in relatives])


@bp.on(
    "POST",
    "/v1/me/family",
    answer=answers.Relative,
    summary="Add a person to the family; there may be four",
    status=201,
    body=requests.NewRelative,
    refusals=[
        Invalid,
        NoSuchAccount,
        FamilyFull,
        AlreadyInFamily,
        IdentityNotConfirmed,
        RequestInProgress,
        TooOften,
    ],
)
def add_relative(request: Request) -> answers.Relative:
    from chalicelib.services.limits import tallied
    from chalicelib.services.people import family

    body: requests.NewRelative = request.body
    ktp = Ktp(
        nik=NationalId.parse(body.nik),
        name=parse_name(body.name),
        birth_date=check_birth_date(body.birth_date, request.now),
        sex=body.sex,
    )
    relation = Relation(body.relation)
    with tallied.relatives(request.address, request.now):
        return shown.relative(family.add(request.account_id, ktp, relation, request.now))


@bp.on(
    "DELETE",
    "/v1/me/family/{applicant_id}",
    answer=None,
    summary="Take a person out of the family",
    status=204,
    refusals=[NoSuchAccount, NoSuchApplicant, BookingActive, RequestInProgress],
)
def remove_relative(request: Request, applicant_id: str) -> None:
    from chalicelib.services.people import family

    family.remove(request.account_id, applicant_id, request.now)


@bp.on(
    "GET",
    "/v1/me/export",
    answer=answers.Export,
    summary="All data that are held about the account, and who has seen them, a page at a time",
    refusals=[Invalid, NoSuchAccount, TooOften],
    query={
        "after": Query(
            "What the page before said is next; all but the disclosures is in every page",
            {"type": "string", "pattern": f"^{PARAMETER}$"},
        )
    },
)
def export_me(request: Request) -> answers.Export:
    from chalicelib.services.limits import tallied
    from chalicelib.services.people import privacy

    after = request.query.get("after")
    if after is not None and not re.fullmatch(PARAMETER, after):
        raise Invalid("after", "type")
    tallied.personal_read(request.account_id, request.now)
    return shown.export(privacy.export(request.account_id, request.now, after))


@bp.on(
    "DELETE",
    "/v1/me",
    answer=None,
    summary="Withdraw consent: erase the account and all its people",
    status=204,
    refusals=[NoSuchAccount, BookingActive, RequestInProgress],
)
def erase_me(request: Request) -> None:
    from chalicelib.services.people import privacy

    privacy.erase(request.account_id, request.now)
