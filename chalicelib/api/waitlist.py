"""Places by lot: asking for them, and the draws that everybody may check.

Services are loaded by those who ask for them: a process that books has nothing to do with draws.
"""

import re

from chalicelib.api import parsing, people_requests, waitlist_answers
from chalicelib.api.responses import ONE_DAY, ONE_MINUTE, ONE_SECOND, Headed
from chalicelib.api.routes import Function, Query, Request, Routes, Who
from chalicelib.domain.draws import (
    AlreadyAsking,
    AlreadyWon,
    BarredFromDraws,
    NoDraw,
    NoSuchEntry,
)
from chalicelib.domain.errors import (
    AlreadyBooked,
    CancelledTooOften,
    ConsentNeeded,
    DidNotCome,
    Invalid,
    KeyReused,
    NoSuchApplicant,
    NoSuchOffice,
    OfficeUnavailable,
    RequestInProgress,
    TooOften,
)
from chalicelib.domain.local_time import parse_hhmm
from chalicelib.store import offices

bp = Routes(__name__, Function.PEOPLE)

PAGE = r"20\d{12}-\d{1,2}"


@bp.on(
    "POST",
    "/v1/waitlist",
    answer=waitlist_answers.Entry,
    summary="Ask, for one to five people together, for places that go by lot",
    status=201,
    body=people_requests.NewEntry,
    refusals=[
        Invalid,
        NoSuchOffice,
        OfficeUnavailable,
        NoDraw,
        NoSuchApplicant,
        ConsentNeeded,
        AlreadyBooked,
        AlreadyAsking,
        CancelledTooOften,
        DidNotCome,
        BarredFromDraws,
        KeyReused,
        RequestInProgress,
        TooOften,
    ],
    keyed=True,
)
def ask(request: Request) -> waitlist_answers.Entry:
    from chalicelib.services.waitlist import ask as service
    from chalicelib.services.waitlist import seen

    body: people_requests.NewEntry = request.body
    wish = service.Wish(
        office_id=body.office_id,
        first=body.first,
        last=body.last,
        windows=tuple(map(parse_hhmm, body.windows)),
        service=body.service,
        applicants=tuple(body.applicants),
        until=body.until,
    )
    made = service.ask(wish, request.account_id, request.key, request.now)
    return waitlist_answers.entry(seen.seen(made, request.now), request.now)


@bp.on(
    "GET",
    "/v1/waitlist",
    answer=waitlist_answers.Entries,
    summary="What the account asks for by lot, and has asked for lately",
    refusals=[OfficeUnavailable],
)
def list_entries(request: Request) -> waitlist_answers.Entries:
    from chalicelib.services.waitlist import seen

    found = seen.all_of(request.account_id, request.now)
    return waitlist_answers.Entries([waitlist_answers.entry(one, request.now) for one in found])


@bp.on(
    "GET",
    "/v1/waitlist/{entry_id}",
    answer=waitlist_answers.Entry,
    summary="One of them, with its place in the last draw",
    refusals=[NoSuchEntry, OfficeUnavailable],
)
def get_entry(request: Request, entry_id: str) -> waitlist_answers.Entry:
    from chalicelib.services.waitlist import seen

    found = seen.one(entry_id, request.account_id, request.now)
    return waitlist_answers.entry(found, request.now)


@bp.on(
    "DELETE",
    "/v1/waitlist/{entry_id}",
    answer=waitlist_answers.Entry,
    summary="Ask no more",
    refusals=[NoSuchEntry, AlreadyWon, OfficeUnavailable, RequestInProgress],
)
def withdraw(request: Request, entry_id: str) -> waitlist_answers.Entry:
    from chalicelib.services.waitlist import ask as service
    from chalicelib.services.waitlist import seen

    done = service.withdraw(entry_id, request.account_id, request.now)
    return waitlist_answers.entry(seen.seen(done, request.now), request.now)


@bp.on(
    "GET",
    "/v1/offices/{office_id}/chances",
    answer=waitlist_answers.Chances,
    summary="What chance each window had in the office's last draws",
    refusals=[NoSuchOffice, OfficeUnavailable],
    who=Who.PUBLIC,
    cache=ONE_MINUTE,
)
def get_chances(request: Request, office_id: str) -> waitlist_answers.Chances:
    from chalicelib.services.waitlist.lately import lately

    found = lately(office_id, request.now)
    return waitlist_answers.chances(found, offices.get(office_id, request.now).zone)


@bp.on(
    "GET",
    "/v1/offices/{office_id}/days/{date}/draw",
    answer=waitlist_answers.Draws,
    summary="The draws of a day's places, a page at a time, as anybody may check them",
    refusals=[NoSuchOffice, OfficeUnavailable, Invalid],
    query={"page": Query("What `next` said", {"type": "string", "pattern": f"^{PAGE}$"})},
    who=Who.PUBLIC,
    cache=ONE_SECOND,
)
def get_draws(request: Request, office_id: str, date: str) -> waitlist_answers.Draws | Headed:
    from chalicelib.services.waitlist import published

    day = parsing.day("date", date)
    page = request.query.get("page")
    if page is not None and not re.fullmatch(PAGE, page):
        raise Invalid("page", "type")
    found = published.page(office_id, day, page, request.now)
    told = waitlist_answers.page(found)
    # A draw that is settled never changes, nor what follows it in the list.
    return Headed(told, {"Cache-Control": ONE_DAY}) if found.is_settled else told
