"""The signed-in applicant's own account, family and rights.

The views import their services themselves: a process that starts in order to book needs none of
them, so they are loaded when somebody first asks.
"""

import re

from chalicelib.api import people_answers, people_requests
from chalicelib.api.parsing import PARAMETER
from chalicelib.api.routes import Function, Query, Request, Routes
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
    parse_code,
    parse_email,
    parse_name,
)

bp = Routes(__name__, Function.PEOPLE)


@bp.on(
    "GET",
    "/v1/me",
    answer=people_answers.Account,
    summary="The account and its holder",
    refusals=[NoSuchAccount, TooOften],
    of_account=True,
)
def get_me(request: Request) -> people_answers.Account:
    from chalicelib.services.people import profile

    return people_answers.account(
        profile.me(request.account_id, request.now, request.found, look=True)
    )


@bp.on(
    "PATCH",
    "/v1/me",
    answer=people_answers.Account,
    summary="Correct the holder's data",
    body=people_requests.Correction,
    refusals=[Invalid, NoSuchAccount, RequestInProgress, TooOften],
    of_account=True,
)
def correct_me(request: Request) -> people_answers.Account:
    from chalicelib.services.people import profile

    body: people_requests.Correction = request.body
    if (body.name, body.email, body.birth_date, body.sex) == (None,) * 4:
        raise Invalid("name", "nothing")
    name = parse_name(body.name) if body.name is not None else None
    email = parse_email(body.email) if body.email else body.email
    born = check_birth_date(body.birth_date, request.now) if body.birth_date else None
    corrected = profile.correct(
        request.account_id,
        name,
        email,
        request.now,
        request.found,
        birth_date=born,
        sex=body.sex,
        look=True,
    )
    return people_answers.account(corrected)


@bp.on(
    "POST",
    "/v1/me/phone",
    answer=people_answers.PhoneChangeStarted,
    summary="Sign in with another phone from now on; a code goes to it",
    status=202,
    body=people_requests.NewPhone,
    refusals=[Invalid, TooSoon, TooOften, CodesSpent],
)
def change_phone(request: Request) -> people_answers.PhoneChangeStarted:
    from chalicelib.services.limits.asker import Asker
    from chalicelib.services.people import phones

    phone = Phone.parse(request.body.phone)
    asker = Asker(request.address)
    return people_answers.phone_change(phones.ask(request.account_id, phone, request.now, asker))


@bp.on(
    "POST",
    "/v1/me/phone/{change_id}/verification",
    answer=people_answers.Account,
    summary="Prove the new phone; the old one is told",
    body=people_requests.Code,
    refusals=[
        Invalid,
        WrongCode,
        CodeExpired,
        NoSuchAccount,
        PhoneRegistered,
        RequestInProgress,
    ],
)
def verify_phone(request: Request, change_id: str) -> people_answers.Account:
    from chalicelib.services.people import phones, profile

    phones.verify(request.account_id, change_id, parse_code(request.body.code), request.now)
    return people_answers.account(profile.me(request.account_id, request.now))


@bp.on(
    "GET",
    "/v1/me/requests",
    answer=people_answers.ConsentRequests,
    summary="Who asks to book for the holder, or to be the holder, and whom the holder allows it",
    refusals=[NoSuchAccount],
    of_account=True,
)
def get_requests(request: Request) -> people_answers.ConsentRequests:
    from chalicelib.services.people import consent

    found = consent.requests(request.account_id, request.now, request.found)
    return people_answers.ConsentRequests([people_answers.consent_request(one) for one in found])


@bp.on(
    "POST",
    "/v1/me/requests/{request_id}",
    answer=None,
    summary="Accept or refuse such a request, or take back what was accepted",
    status=204,
    body=people_requests.Consent,
    refusals=[Invalid, NoSuchAccount, NoSuchRequest, RequestInProgress],
)
def answer_request(request: Request, request_id: str) -> None:
    from chalicelib.services.people import consent

    body: people_requests.Consent = request.body
    consent.answer(request.account_id, request_id, request.now, accept=body.accept)


@bp.on(
    "GET",
    "/v1/me/family",
    answer=people_answers.Family,
    summary="The people of the account besides the holder",
    refusals=[NoSuchAccount, TooOften],
    of_account=True,
)
def get_family(request: Request) -> people_answers.Family:
    from chalicelib.services.people import family

    relatives = family.of(request.account_id, request.now, request.found, look=True)
    return people_answers.Family([people_answers.relative(one) for one in relatives])


@bp.on(
    "POST",
    "/v1/me/family",
    answer=people_answers.Relative,
    summary="Add a person to the family; there may be four",
    status=201,
    body=people_requests.NewRelative,
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
def add_relative(request: Request) -> people_answers.Relative:
    from chalicelib.services.limits import tallied
    from chalicelib.services.people import family

    body: people_requests.NewRelative = request.body
    ktp = Ktp(
        nik=NationalId.parse(body.nik),
        name=parse_name(body.name),
        birth_date=check_birth_date(body.birth_date, request.now),
        sex=body.sex,
    )
    relation = Relation(body.relation)
    with tallied.relatives(request.address, request.now):
        added = family.add(request.account_id, ktp, relation, request.now, request.address)
        return people_answers.relative(added)


@bp.on(
    "DELETE",
    "/v1/me/family/{applicant_id}",
    answer=None,
    summary="Take a person out of the family",
    status=204,
    refusals=[NoSuchAccount, NoSuchApplicant, BookingActive, RequestInProgress],
    of_account=True,
)
def remove_relative(request: Request, applicant_id: str) -> None:
    from chalicelib.services.people import family

    family.remove(request.account_id, applicant_id, request.now, request.found)


@bp.on(
    "GET",
    "/v1/me/export",
    answer=people_answers.Export,
    summary="All data that are held about the account, and who has seen them, a page at a time",
    refusals=[Invalid, NoSuchAccount, TooOften],
    query={
        "after": Query(
            "What the page before said is next; all but the disclosures is in every page",
            {"type": "string", "pattern": f"^{PARAMETER}$"},
        )
    },
    of_account=True,
)
def export_me(request: Request) -> people_answers.Export:
    from chalicelib.services.people import privacy

    after = request.query.get("after")
    if after is not None and not re.fullmatch(PARAMETER, after):
        raise Invalid("after", "type")
    found = request.found
    return people_answers.export(
        privacy.export(request.account_id, request.now, after, found, look=True)
    )


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
