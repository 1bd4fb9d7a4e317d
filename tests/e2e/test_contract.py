"""Every row of the contract with the mobile app, over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.person import Person
from tests.machine import Machine, crowd, new_key
from tests.made_up import identity
from tests.races.storm import book, target

pytestmark = pytest.mark.server


@pytest.fixture
def person(machine: Machine) -> Person:
    return Person(machine, crowd(machine, 1)[0])


def relative(**changed: str) -> dict[str, object]:
    data = identity()
    person = {name: data[name] for name in ("nik", "name", "birth_date", "sex")}
    return {**person, "relation": "child", **changed}


def is_instant(text: str) -> bool:
    return datetime.fromisoformat(text).utcoffset() is not None


# ---- registration and sign-in ------------------------------------------------------------------


def test_registration_answers_with_an_id_and_when_the_code_ends(machine: Machine) -> None:
    reply = machine.call("POST", "/v1/registrations", identity())
    assert reply.status == 202
    assert set(reply.json) == {"registration_id", "code_expires_at", "resend_after"}
    left = datetime.fromisoformat(reply.json["code_expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)


def test_a_code_can_be_sent_again_and_only_the_new_one_counts(machine: Machine) -> None:
    data = identity()
    phone = "+62" + data["phone"][1:]
    path = (
        "/v1/registrations/"
        + machine.call("POST", "/v1/registrations", data).json["registration_id"]
    )
    first = machine.codes()[phone]
    assert machine.call("POST", f"{path}/code").status == 202
    second = machine.codes()[phone]
    if first != second:
        old = machine.call("POST", f"{path}/verification", {"code": first})
        assert (old.status, old.problem, old.json["tries_left"]) == (422, "wrong-code", 4)
    assert machine.call("POST", f"{path}/verification", {"code": second}).status == 201


def test_verification_gives_tokens_and_a_used_code_is_gone(machine: Machine) -> None:
    data = identity()
    started = machine.call("POST", "/v1/registrations", data).json
    path = f"/v1/registrations/{started['registration_id']}/verification"
    code = {"code": machine.codes()["+62" + data["phone"][1:]]}
    reply = machine.call("POST", path, code)
    assert reply.status == 201
    assert {"account_id", "access_token", "refresh_token", "expires_in"} <= set(reply.json)
    assert reply.headers["Cache-Control"] == "no-store"
    again = machine.call("POST", path, code)
    assert (again.status, again.problem) == (410, "code-expired")


def test_registering_the_same_pair_again_signs_in(machine: Machine) -> None:
    data = identity()
    assert crowd(machine, 1, **data)[0].account_id == crowd(machine, 1, **data)[0].account_id


def test_a_phone_in_use_opens_no_other_account(machine: Machine) -> None:
    data = identity()
    crowd(machine, 1, **data)
    other = {**data, "nik": identity()["nik"]}
    started = machine.call("POST", "/v1/registrations", other)
    assert started.status == 202, "nothing is told before the phone is proven"
    reply = machine.call(
        "POST",
        f"/v1/registrations/{started.json['registration_id']}/verification",
        {"code": machine.codes()["+62" + other["phone"][1:]]},
    )
    assert (reply.status, reply.problem) == (409, "phone-registered")


def test_signing_in_with_a_phone_in_any_spelling(machine: Machine, person: Person) -> None:
    spelled = f"62 {person.who.phone[3:6]}-{person.who.phone[6:]}"
    started = machine.call("POST", "/v1/sessions", {"phone": spelled})
    assert started.status == 202
    assert set(started.json) == {"session_id", "code_expires_at", "resend_after"}
    reply = machine.call(
        "POST",
        f"/v1/sessions/{started.json['session_id']}/verification",
        {"code": machine.codes()[person.who.phone]},
    )
    assert (reply.status, reply.json["account_id"]) == (201, person.who.account_id)


def test_an_unknown_phone_is_answered_like_a_known_one(machine: Machine, person: Person) -> None:
    known = machine.call("POST", "/v1/sessions", {"phone": person.who.phone})
    unknown = machine.call("POST", "/v1/sessions", {"phone": identity()["phone"]})
    assert known.status == unknown.status == 202
    assert set(known.json) == set(unknown.json)
    assert set(known.headers) == set(unknown.headers)
    wrong = machine.call(
        "POST",
        f"/v1/sessions/{unknown.json['session_id']}/verification",
        {"code": "000000"},
    )
    assert (wrong.status, wrong.problem) == (422, "wrong-code")


def test_a_refresh_token_is_exchanged_and_a_used_one_ends_the_session(machine: Machine) -> None:
    (who,) = crowd(machine, 1)
    second = machine.call("POST", "/v1/sessions/refresh", {"refresh_token": who.refresh_token})
    assert second.status == 200
    third = machine.call(
        "POST", "/v1/sessions/refresh", {"refresh_token": second.json["refresh_token"]}
    )
    assert third.status == 200
    reused = machine.call("POST", "/v1/sessions/refresh", {"refresh_token": who.refresh_token})
    assert (reused.status, reused.problem) == (401, "session-ended")
    ended = machine.call(
        "POST", "/v1/sessions/refresh", {"refresh_token": third.json["refresh_token"]}
    )
    assert (ended.status, ended.problem) == (401, "session-ended")


def test_signing_out_ends_the_session(machine: Machine, person: Person) -> None:
    assert person("DELETE", "/v1/sessions/current").status == 204
    reply = machine.call(
        "POST", "/v1/sessions/refresh", {"refresh_token": person.who.refresh_token}
    )
    assert reply.problem == "session-ended"


# ---- offices and places ------------------------------------------------------------------------


def test_offices_come_nearest_first(machine: Machine) -> None:
    near = machine.call("GET", "/v1/offices?near=-7.98,112.63").json["offices"]
    assert near[0]["office_id"] == "malang"
    distances = [office["distance_km"] for office in near]
    assert distances == sorted(distances)
    assert len(near) == 29
    every = machine.call("GET", "/v1/offices").json["offices"]
    assert len(every) == 29
    assert not any("distance_km" in office for office in every)
    assert {"office_id", "name", "city", "province", "time_zone"} <= set(every[0])


def test_an_office_tells_its_hours_and_its_next_release(machine: Machine) -> None:
    office = machine.call("GET", "/v1/offices/jakarta-selatan").json
    assert sum(window["places"] for window in office["opening"]["mon"]) == 400
    assert [window["start"] for window in office["opening"]["fri"]] == [
        "08:00", "09:00", "10:00", "11:00", "13:00", "14:00",
    ]  # fmt: skip
    before_the_prayer = office["opening"]["fri"][3]
    assert (before_the_prayer["start"], before_the_prayer["end"]) == ("11:00", "11:30")
    assert set(office["opening"]) == {"mon", "tue", "wed", "thu", "fri"}
    assert office["next_release_at"].endswith("T00:00:00+07:00")
    assert office["horizon_days"] == 30


def test_a_calendar_tells_open_closed_and_not_released_days(machine: Machine) -> None:
    reply = machine.call("GET", "/v1/offices/jayapura/calendar?days=45")
    assert reply.headers["Cache-Control"] == "public, max-age=1"
    calendar = reply.json
    assert calendar["time_zone"] == "Asia/Jayapura"
    days = calendar["days"]
    assert len(days) == 45
    statuses = {day["status"] for day in days}
    assert {"open", "closed", "not_released"} <= statuses
    ahead = [day for day in days if day["status"] == "not_released"]
    assert all(is_instant(day["opens_at"]) for day in ahead)
    assert all(day["reason"] for day in days if day["status"] == "closed")


def test_a_day_tells_the_places_left_in_each_slot(machine: Machine) -> None:
    wanted = target(machine, "merauke")
    day = machine.call("GET", f"/v1/offices/merauke/days/{wanted.date}").json
    assert {"date", "status", "opens_at", "slots"} <= set(day)
    assert day["slots"][0] == {"start": "08:00", "end": "09:00", "capacity": 17, "left": 17}


# ---- the applicant -----------------------------------------------------------------------------


def test_the_account_can_be_seen_and_corrected(person: Person) -> None:
    me = person("GET", "/v1/me")
    assert me.headers["Cache-Control"] == "no-store"
    assert me.json["applicant_id"] == person.who.applicant_id
    assert me.json["proof"] == "held"
    corrected = person("PATCH", "/v1/me", {"name": "Sari  Dewi", "email": "sari@example.id"})
    assert corrected.status == 200
    seen = person("GET", "/v1/me").json
    assert (seen["name"], seen["email"]) == ("Sari Dewi", "sari@example.id")


def test_a_family_has_four_people_besides_the_holder(person: Person) -> None:
    added = [person("POST", "/v1/me/family", relative()) for _ in range(5)]
    assert [reply.status for reply in added] == [201] * 4 + [409]
    assert added[4].problem == "family-full"
    listed = person("GET", "/v1/me/family").json["family"]
    assert {one["applicant_id"] for one in listed} == {r.json["applicant_id"] for r in added[:4]}
    gone = listed[0]["applicant_id"]
    assert person("DELETE", f"/v1/me/family/{gone}").status == 204
    assert person("DELETE", f"/v1/me/family/{gone}").status == 404
    assert person("POST", "/v1/me/family", relative()).status == 201


def test_nobody_leaves_the_family_while_they_are_booked(machine: Machine, person: Person) -> None:
    child = person("POST", "/v1/me/family", relative()).json["applicant_id"]
    wanted = target(machine, "palembang")
    made = person("POST", "/v1/bookings", wanted.body(child), key=new_key())
    assert made.status == 201
    refused = person("DELETE", f"/v1/me/family/{child}")
    assert (refused.status, refused.problem) == (409, "booking-active")
    person("DELETE", f"/v1/bookings/{made.json['code']}")
    assert person("DELETE", f"/v1/me/family/{child}").status == 204


def test_all_that_is_held_is_exported_and_then_erased(machine: Machine, person: Person) -> None:
    person("POST", "/v1/me/family", relative())
    held = person("GET", "/v1/me/export").json
    assert held["account"]["nik"] == person.who.nik
    assert len(held["family"]) == 1
    assert held["disclosures"], "the export itself unseals the data"
    assert held["consented_at"] <= held["account"]["created_at"]
    assert len(held["sessions"]) == 1
    assert person("DELETE", "/v1/me").status == 204
    assert person("GET", "/v1/me").status == 401
    again = crowd(machine, 1, nik=person.who.nik, phone="0" + person.who.phone[3:])[0]
    assert again.account_id != person.who.account_id


def test_a_booking_for_a_family_has_a_number_for_each(machine: Machine, person: Person) -> None:
    child = person("POST", "/v1/me/family", relative()).json["applicant_id"]
    wanted = target(machine, "polonia")
    body = wanted.body(person.who.applicant_id, child)
    reply = person("POST", "/v1/bookings", body, key=new_key())
    assert reply.status == 201
    booking = reply.json
    assert booking["places"] == [
        {"applicant_id": person.who.applicant_id, "queue_number": 1},
        {"applicant_id": child, "queue_number": 2},
    ]
    assert (booking["status"], booking["office_id"]) == ("booked", "polonia")
    assert (booking["date"], booking["start"]) == (wanted.date, wanted.start)
    assert booking["reschedules_left"] == 1
    assert person.who.nik not in booking["qr"]
    assert person("GET", f"/v1/bookings/{booking['code']}").json == booking
    assert person("GET", "/v1/bookings").json["bookings"] == [booking]


def test_a_booking_moves_once_and_can_be_cancelled(machine: Machine, person: Person) -> None:
    before, after = (target(machine, "manado", number=number) for number in (0, 1))
    made = book(machine, before, person.who, new_key()).json
    path = f"/v1/bookings/{made['code']}"
    body = {"date": after.date, "start": after.start}
    key = new_key()
    moved = person("POST", f"{path}/reschedule", body, key=key)
    assert (moved.status, moved.json["start"]) == (200, after.start)
    assert moved.json["reschedules_left"] == 0
    assert person("POST", f"{path}/reschedule", body, key=key).content == moved.content
    back = {"date": before.date, "start": before.start}
    assert person("POST", f"{path}/reschedule", back, key=key).problem == "idempotency-key-reused"
    refused = person("POST", f"{path}/reschedule", back, key=new_key())
    assert (refused.status, refused.problem) == (409, "no-reschedules-left")
    cancelled = person("DELETE", path)
    assert (cancelled.status, cancelled.json["status"]) == (200, "cancelled")
    assert person("DELETE", path).content == cancelled.content
    assert person("POST", f"{path}/reschedule", back, key=new_key()).problem == "already-cancelled"
    assert book(machine, before, person.who, new_key()).status == 201


def test_a_ticket_is_a_picture_and_a_calendar_file(machine: Machine, person: Person) -> None:
    made = book(machine, target(machine, "ambon"), person.who, new_key()).json
    picture = person("GET", f"/v1/bookings/{made['code']}/ticket.svg")
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/svg+xml")
    file = person("GET", f"/v1/bookings/{made['code']}/ticket.ics")
    assert file.headers["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in file.content


def test_what_belongs_to_others_does_not_exist(machine: Machine, person: Person) -> None:
    (other,) = crowd(machine, 1)
    theirs = book(machine, target(machine, "sorong"), other, new_key()).json["code"]
    path = f"/v1/bookings/{theirs}"
    for method, rest in (
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/ticket.svg"),
        ("GET", "/ticket.ics"),
    ):
        reply = person(method, path + rest)
        assert (reply.status, reply.problem) == (404, "no-such-booking")
    body = target(machine, "sorong").body(other.applicant_id)
    stranger = person("POST", "/v1/bookings", body, key=new_key())
    assert (stranger.status, stranger.problem) == (404, "no-such-applicant")


def test_the_refusals_of_a_booking(machine: Machine, person: Person) -> None:
    wanted = target(machine, "ternate")
    body = wanted.body(person.who.applicant_id)
    key = new_key()
    booked = person("POST", "/v1/bookings", body, key=key)
    assert booked.status == 201

    def refused(key: str | None = None, **changed: object) -> tuple[int, str]:
        reply = person("POST", "/v1/bookings", {**body, **changed}, key=key or new_key())
        return reply.status, reply.problem

    assert refused() == (409, "already-booked")
    assert refused(key, start="09:00") == (422, "idempotency-key-reused")
    assert refused(start="12:00") == (404, "no-such-slot")
    assert refused(office_id="atlantis") == (404, "no-such-office")
    days = machine.call("GET", "/v1/offices/ternate/calendar?days=45").json["days"]
    closed = [d for d in days[1:] if d["status"] == "closed"]
    assert refused(date=closed[0]["date"]) == (409, "office-closed")
    ahead = next(d for d in days if d["status"] == "not_released")
    assert refused(date=ahead["date"]) == (409, "not-released")
    assert refused(applicants=[person.who.applicant_id] * 2) == (422, "invalid")
    assert refused(applicants=[]) == (422, "invalid")
    missing = person("POST", "/v1/bookings", body)
    assert (missing.status, missing.problem) == (400, "idempotency-key-missing")
    unsigned = machine.call("POST", "/v1/bookings", body, key=new_key())
    assert (unsigned.status, unsigned.problem) == (401, "not-signed-in")
    assert person("POST", "/v1/bookings", body, key=key).content == booked.content


# ---- everything else ---------------------------------------------------------------------------


def test_health_and_the_openapi_document(machine: Machine) -> None:
    assert machine.call("GET", "/v1/health").json["status"] == "ok"
    document = machine.call("GET", "/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")


def test_the_handles_of_one_machine(machine: Machine, person: Person) -> None:
    *_, message = machine.call("GET", "/_local/sms").json
    assert set(message) == {"phone", "text", "sent_at"}
    assert message["phone"] == person.who.phone
    metrics = machine.call("GET", "/_local/metrics").json
    assert set(metrics[0]) == {"name", "unit", "value", "dimensions", "at"}
    assert set(machine.call("GET", "/_local/aws").json) == {"endpoint_url", "region"}
    assert machine.job("open_days") == {"days": 0, "places": 0, "released": 0}
