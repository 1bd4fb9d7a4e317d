"""The staff of offices: how they get a passkey, sign in with it, and sign out.

As in desk.py, the views import their services themselves.
"""

from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType, structs

from chalicelib.api import cookie, desk_requests, passkey_requests, tokens
from chalicelib.api.answers import Answer, Instant
from chalicelib.api.responses import Headed
from chalicelib.api.routes import Function, Request, Routes, Who
from chalicelib.config import settings
from chalicelib.domain.errors import Invalid, SessionEnded, TooOften
from chalicelib.domain.passkeys import PasskeyRefused, PasskeysOff, SignInEnded
from chalicelib.domain.people import parse_name
from chalicelib.domain.staff import LinkEnded, NoSuchStaff, Role, Staff, State
from chalicelib.store import offices

if TYPE_CHECKING:
    from chalicelib.services.desk.shifts import Started
    from chalicelib.services.staff.members import Invited

bp = Routes(__name__, Function.STAFF)

PAGE = "/meja"
"""The staff's page, of which a link names what stands behind the # sign: no server is sent that."""

PAGES = {Role.BOARD: "/papan?office={}", Role.KIOSK: "/kios"}
"""The page of each kind of device. A board says which hall it is of, for it is anybody's to see."""


class StaffSignInStarted(Answer):
    session_id: str
    options: passkey_requests.Json
    """Of `navigator.credentials.get`, by `parseRequestOptionsFromJSON`."""
    expires_at: Instant


class StaffTokens(Answer):
    staff_id: str
    office_id: str
    role: Role
    access_token: str
    expires_in: int
    """How many seconds the access token lives: as long as the shift."""
    token_type: str
    refresh_token: str | UnsetType = UNSET
    """Not if the caller asked for it in a cookie (header `Antrian-Session: cookie`)."""


class Enrolment(Answer):
    enrolled: bool
    """Whether the passkey is made, or the device signed in, and the link used."""
    options: passkey_requests.Json | UnsetType = UNSET
    """Of `navigator.credentials.create`, by `parseCreationOptionsFromJSON`; until then."""
    session: StaffTokens | UnsetType = UNSET
    """Of a device: it makes no passkey, and is signed in at once."""


class NewClerk(Answer):
    staff_id: str
    link: str
    """To be given to the clerk and to nobody else: a passkey is made by it, once."""
    expires_at: Instant


@bp.on(
    "POST",
    "/v1/staff/enrolments/{token}",
    answer=Enrolment,
    summary="Enrol by a link: ask for the options, then send the passkey that was made with them; "
    "or open a device by its own",
    body=passkey_requests.Enrolment,
    refusals=[Invalid, LinkEnded, PasskeyRefused, PasskeysOff, TooOften],
    who=Who.PUBLIC,
    cookie=True,
)
def enrol(request: Request, token: str) -> Enrolment | Headed:
    from chalicelib.services.desk.shifts import Started
    from chalicelib.services.staff import enrolment

    body: passkey_requests.Enrolment = request.body
    if body.credential is None:
        asked = enrolment.ask(token, request.address, request.now)
        if not isinstance(asked, Started):
            return Enrolment(False, asked)
        issued = _issued(request, asked)
        return Headed(Enrolment(True, session=issued.result), issued.headers)
    enrolment.enrol(token, body.credential, request.now)
    return Enrolment(True)


@bp.on(
    "POST",
    "/v1/staff/sessions",
    answer=StaffSignInStarted,
    summary="Begin to sign in: a challenge for a passkey",
    status=201,
    refusals=[PasskeysOff, TooOften],
    who=Who.PUBLIC,
)
def sign_in(request: Request) -> StaffSignInStarted:
    from chalicelib.services.staff import sign_in as service

    begun = service.ask(request.address, request.now)
    return StaffSignInStarted(begun.sign_in_id, begun.options, begun.expires_at)


@bp.on(
    "POST",
    "/v1/staff/sessions/{session_id}/verification",
    answer=StaffTokens,
    summary="Sign in with what the passkey has signed",
    status=201,
    body=passkey_requests.PasskeyAnswer,
    refusals=[Invalid, SignInEnded, PasskeyRefused],
    who=Who.PUBLIC,
    cookie=True,
)
def verify(request: Request, session_id: str) -> Headed:
    from chalicelib.services.staff import sign_in as service

    return _issued(request, service.verify(session_id, request.body.credential, request.now))


@bp.on(
    "POST",
    "/v1/staff/sessions/refresh",
    answer=StaffTokens,
    summary="Have the tokens of a shift again, for a page that was loaded anew",
    body=desk_requests.Resume,
    refusals=[Invalid, SessionEnded],
    who=Who.PUBLIC,
    cookie=True,
)
def refresh(request: Request) -> Headed:
    from chalicelib.services.desk import shifts

    told = request.body.refresh_token
    if told is None and cookie.wanted(request.headers):
        told = cookie.held(request.headers, cookie.DESK)
    if told is None:
        raise Invalid("refresh_token", "missing")
    return _issued(request, shifts.resume(told, request.now))


@bp.on(
    "DELETE",
    "/v1/staff/sessions/current",
    answer=None,
    summary="Sign out",
    status=204,
    who=Who.STAFF,
)
def sign_out(request: Request) -> Headed:
    from chalicelib.store import staff as store

    caller = tokens.caller(request.headers["authorization"], request.now, tokens.DESK)
    store.end(caller.session_id)
    return Headed(None, cookie.FORGETTING_DESK)


class Member(Answer):
    staff_id: str
    role: Role
    state: State
    added_at: Instant
    name: str | UnsetType = UNSET
    """Not of a device, nor where it cannot be told now."""
    disabled_at: Instant | UnsetType = UNSET


class Members(Answer):
    office_id: str
    staff: list[Member]
    """And the devices; in the order in which they were added."""


class NewDevice(Answer):
    staff_id: str
    link: str
    """To be opened on the device and nowhere else: it signs the device in, once."""
    expires_at: Instant


@bp.on(
    "GET",
    "/v1/staff/clerks",
    answer=Members,
    summary="The staff and the devices of one's own office; each look at a name is recorded",
    who=Who.SUPERVISOR,
)
def list_staff(request: Request) -> Members:
    from chalicelib.services.staff import members

    zone = offices.get(request.staff.office_id, request.now).zone
    listed = []
    for one in members.of_office(request.staff, request.now):
        shown = Member(one.staff.staff_id, one.staff.role, one.state, one.added_at.astimezone(zone))
        if one.name is not None:
            shown.name = one.name
        if one.staff.disabled_at:
            shown.disabled_at = one.staff.disabled_at.astimezone(zone)
        listed.append(shown)
    return Members(request.staff.office_id, listed)


@bp.on(
    "POST",
    "/v1/staff/clerks",
    answer=NewClerk,
    summary="Add a clerk to one's own office, who enrols by the link",
    status=201,
    body=desk_requests.NewClerk,
    refusals=[Invalid],
    who=Who.SUPERVISOR,
)
def add_clerk(request: Request) -> NewClerk:
    from chalicelib.services.staff import members

    name = parse_name(request.body.name)
    office = offices.get(request.staff.office_id, request.now)
    made = members.invite(office.office_id, Role.CLERK, name, request.now)
    return NewClerk(made.staff.staff_id, link(made), made.expires_at.astimezone(office.zone))


@bp.on(
    "DELETE",
    "/v1/staff/clerks/{staff_id}",
    answer=None,
    summary="Disable a clerk or a device of one's own office, out at their next request",
    status=204,
    refusals=[NoSuchStaff],
    who=Who.SUPERVISOR,
)
def disable_clerk(request: Request, staff_id: str) -> None:
    from chalicelib.services.staff import members

    members.disable(staff_id, request.now, by=request.staff)


@bp.on(
    "POST",
    "/v1/staff/devices",
    answer=NewDevice,
    summary="Add a kiosk or a board to one's own office, which the link signs in once",
    status=201,
    body=desk_requests.Device,
    refusals=[Invalid],
    who=Who.SUPERVISOR,
)
def add_device(request: Request) -> NewDevice:
    from chalicelib.services.staff import members

    office = offices.get(request.staff.office_id, request.now)
    made = members.invite(office.office_id, Role(request.body.role), None, request.now)
    return NewDevice(made.staff.staff_id, link(made), made.expires_at.astimezone(office.zone))


def page_of(staff: Staff) -> str:
    """The address of the page for somebody of the staff, or for a device."""
    return settings.desk_origin + PAGES.get(staff.role, PAGE).format(staff.office_id)


def link(made: "Invited") -> str:
    """The link by which somebody enrols, or a device is opened."""
    return f"{page_of(made.staff)}#daftar={made.link_token}"


def _issued(request: Request, started: "Started") -> Headed:
    """Tokens in the way that the caller wants the refresh token."""
    staff, life = started.staff, started.shift.expires_at - request.now
    issued = StaffTokens(
        staff_id=staff.staff_id,
        office_id=staff.office_id,
        role=staff.role,
        access_token=tokens.issue_to_desk(started, request.now),
        expires_in=int(life.total_seconds()),
        token_type="Bearer",  # noqa: S106 (a type, no secret)
        refresh_token=started.refresh_token,
    )
    if not cookie.wanted(request.headers):
        return Headed(issued, {})
    told = structs.replace(issued, refresh_token=UNSET)
    return Headed(told, cookie.keeping_desk(started.refresh_token, life))
