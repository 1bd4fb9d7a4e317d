"""The dashboards with data: every widget finds what people and jobs leave behind, and is drawn."""

import io
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
from moto import mock_aws

from app import app
from chalicelib import aws as clients
from chalicelib import clock
from chalicelib.domain.boards import BoardKey, Press
from chalicelib.domain.limits import CODES_PER_ADDRESS
from chalicelib.domain.notices import Notice
from chalicelib.domain.presses import Asked
from chalicelib.domain.staff import Role
from chalicelib.services.days import release
from chalicelib.services.desk import close, collect, press
from chalicelib.services.limits import tallied
from chalicelib.services.notices import follow, send
from chalicelib.services.waitlist import giving, rounds
from chalicelib.store import boards, offices, records
from chalicelib.store.tables.booking import BookingItem
from chalicelib.store.tables.limits import TallyItem
from infra.local import console, functions, pictures, platform
from infra.local import visitors as people
from infra.local.cloudwatch import dashboards, drawing, insights, metrics
from infra.local.cloudwatch.drawing import LETTER, Size
from infra.local.cloudwatch.series import Recorded, Series, statistic
from infra.local.provision import provision
from infra.local.server import Server
from infra.local.state import State, opened
from infra.stack import keys, tables
from tests.api.caller import call, desk_token
from tests.builders import (
    FAMILY,
    SINGLE,
    a_booking,
    a_member,
    an_office,
    every_day,
    office_fields,
    registered,
    spoil,
)
from tests.domain.boards import a_ticket
from tests.mended import mend
from tests.passkeys import kept, signed_in_by
from tests.pushes import push_services, shown, subscribed
from tests.races.unlocked import _sms as sms
from tests.register import register_on
from tests.services.waitlist.asking import AT, asks, by_lot
from tests.wire import before, cancel, fault
from tests.world import forget

ROOT = Path(__file__).parents[3]
BODIES = dashboards.bodies()
CHROMIUM = pictures.chromium()

OFFICES = [
    an_office(horizon_days=10, opening=every_day(SINGLE, FAMILY)),
    an_office("biak", horizon_days=10, opening=every_day(FAMILY), time_zone="Asia/Jayapura"),
]


UNDECREED = datetime(2099, 12, 1, tzinfo=UTC)
"""No decree says which days of the next year are holidays."""


class OneAtATime(platform.MeasuredGateway):
    """moto has no lock in its tables: requests and jobs take turns here."""

    turn = threading.Lock()

    def invoke(self, *request: Any) -> Any:
        with self.turn:
            return super().invoke(*request)


def a_day_at_the_desk(office_id: str) -> None:
    """One walk-in is served, another waits when the office closes; a clerk presses an old button.

    What became of them is kept.
    """
    now = clock.now()
    today = BoardKey(office_id, offices.get(office_id, now).today(now))
    boards.make(today)
    boards.walk_in(today, a_ticket("W1", told_at=now), 1)
    boards.walk_in(today, a_ticket("W2", due=1), 2)
    for turn, what in enumerate((Press.OPEN, Press.NEXT, Press.SERVE, Press.FINISH)):
        press.press(office_id, "1", Asked(what, turn, what.value), now)
    old = {"turn": 0, "press": "leave"}
    path, token = "/v1/desk/counters/1/presses", desk_token(Role.CLERK, office_id)
    assert call("POST", path, old, token=token, key="old").status == 409
    close.close(office_id, now)
    collect.collect(now + timedelta(minutes=5))
    close.close_days(now)


def somebody_is_told_by_push() -> None:
    """And their phone says that it has shown it."""
    now = clock.now()
    who = registered(99, now)
    subscribed(who, now)
    made = a_booking(who.applicant_id, account_id=who.account_id)
    BookingItem(**records.fields(made)).save()
    with push_services():
        send.tell(OFFICES[0], made, Notice.SOON, lambda: True, now)
    assert shown(who, now) == ["soon"]
    assert follow.follow_up(now, lambda: True)["shown"] == 1


def somebody_signs_in_by_passkey() -> None:
    now = clock.now()
    assert signed_in_by(kept(registered(98, now), now).key, now)


def somebody_wins_by_lot() -> None:
    """At the second try: at the first the database is busy."""
    by_lot(office_id="bandung")
    asks(a_member(), office_id="bandung")
    forget()
    with patch.object(giving, "_give", side_effect=giving.Busy):
        rounds.draw_all(AT)
        rounds.draw_all(AT + timedelta(minutes=1))
    assert rounds.draw_all(AT + timedelta(minutes=2))["settled"] == 1


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> State:
    """What is recorded of a day with people and jobs, one conflict and one fault of AWS, and an
    address that has had its codes, an office that cannot be read; the civil register answers."""
    mend()
    server, jobs = Server(0), functions.scheduled(app)

    def job(name: str, at: datetime | None) -> None:
        with OneAtATime.turn:
            functions.call(jobs[name], at)

    with (
        opened(tmp_path_factory.mktemp("lived")) as state,
        mock_aws(),
        console.sieved(io.StringIO(), state),
        platform.measured(state),
    ):
        mend()
        clients.session.cache_clear()
        forget()
        platform.measure_tables()
        provision({**tables.resources("local"), **keys.resources("local")})
        for office in OFFICES:
            offices.put(office_fields(office))
        release.open_days(clock.now())
        with (
            register_on(),
            server.serving(OneAtATime(app, {"/_local/sms": sms})),
        ):
            with before("TransactWriteItems", cancel("TransactionConflict")):
                people.come(server.base_url, job, people=11, seconds=0)
            tally_id = tallied._id(CODES_PER_ADDRESS, "sign-in\n127.0.0.1", clock.now())
            TallyItem(tally_id, taken=CODES_PER_ADDRESS.most, expires_at=0).put()
            with pytest.raises(HTTPError, match="429"):
                urlopen(
                    Request(
                        f"{server.base_url}/v1/sessions",
                        b'{"phone": "081234567890"}',
                        {"Content-Type": "application/json"},
                    )
                )
            forget()
            with before("Scan", *fault(2)), pytest.raises(HTTPError, match="503"):
                urlopen(f"{server.base_url}/v1/offices")
            spoil("kantor-rusak")
            job("sweep", None)
            job("open_days", UNDECREED)
            a_day_at_the_desk("malang")
            somebody_is_told_by_push()
            somebody_signs_in_by_passkey()
            somebody_wins_by_lot()
    clients.session.cache_clear()
    forget()
    return state


@pytest.fixture
def recorded(lived: State) -> Recorded:
    return Recorded(metrics.points(lived.metrics), 0, time.time())


def widgets(name: str, kind: str) -> list[Any]:
    """The widgets of a dashboard of one type, each under its title."""
    return [
        pytest.param(widget["properties"], id=widget["properties"]["title"])
        for widget in BODIES[name]["widgets"]
        if widget["type"] == kind
    ]


def page(state: State, *names: str) -> str:
    return dashboards.page(names, state, 0, time.time())


# ---- every widget has data -----------------------------------------------------------------------


@pytest.mark.parametrize("widget", widgets("service", "metric"))
def test_every_line_of_the_service_has_data_after_a_day(
    widget: dict[str, Any], recorded: Recorded
) -> None:
    for line in widget["metrics"]:
        (first, *_) = recorded.lines(widget | {"metrics": [line]}, 1)
        assert first.values, line


@pytest.mark.parametrize("widget", widgets("service", "log"))
def test_every_query_finds_what_the_functions_log(widget: dict[str, Any], lived: State) -> None:
    found = insights.answer(widget["query"], insights.logged(lived.logs))
    assert found.rows
    assert all(None not in row for row in found.rows)


@pytest.mark.parametrize("widget", widgets("platform", "metric"))
def test_of_the_platform_there_is_what_this_machine_can_measure(
    widget: dict[str, Any], recorded: Recorded
) -> None:
    names = {line[1] for line in widget["metrics"]}
    assert bool(recorded.lines(widget, 1)) is not (names <= platform.UNKNOWN)


def test_refusals_are_told_apart_by_their_reason(recorded: Recorded) -> None:
    (widget,) = (w.values[0] for w in widgets("service", "metric") if "by reason" in str(w.id))
    reasons = {line.label for line in recorded.lines(widget, 1)}
    assert {"booked", "slot-full", "already-booked", "not-released"} <= reasons


# ---- values --------------------------------------------------------------------------------------


def points(*values: float, name: str = "PlacesLeft", zone: str = "WIB") -> list[metrics.Point]:
    """One value a second."""
    return [
        metrics.Point("N/s", name, "Count", value, {"zone": zone}, datetime.fromtimestamp(n, UTC))
        for n, value in enumerate(values)
    ]


def test_values_become_one_a_period_and_one_for_all_the_time() -> None:
    of = Recorded([*points(3, 1, 2, 5), *points(7, name="Other"), *points(4, zone="WIT")], 0, 9)
    search = "SEARCH('{\"N/s\",zone} MetricName=\"PlacesLeft\"', 'Minimum')"
    found = {"metrics": [[{"expression": search, "label": "in ${PROP('Dim.zone')}"}]]}
    fixed = {"metrics": [["N/s", "PlacesLeft", "zone", "WIB", {"stat": "Sum", "label": "all"}]]}
    assert of.lines(found, 2) == [
        ("in WIB", [(0, 1), (2, 2)]),
        ("in WIT", [(0, 4)]),
    ]
    assert of.lines(fixed | {"setPeriodToTimeRange": True}, 2) == [("all", [(0, 11)])]


@pytest.mark.parametrize(
    ("name", "value"), [("Sum", 10), ("Minimum", 1), ("Maximum", 4), ("p50", 2), ("p99", 4)]
)
def test_statistics(name: str, value: float) -> None:
    assert statistic(name, [4, 1, 3, 2]) == value


def test_a_price_is_shared_by_what_was_bought_in_the_same_time() -> None:
    of = Recorded(
        [*points(1, 1, 2, name="Sms"), *points(4, name="Sms", zone="WIT"), *points(2, 0, 4)], 0, 9
    )
    sms = """SEARCH('{"N/s",zone} MetricName="Sms"', 'Sum')"""
    left = """SUM(SEARCH('{"N/s",zone} MetricName="PlacesLeft" zone="WIB"', 'Sum'))"""

    def reckoned(expression: str, **more: bool) -> list[Series]:
        line = {"expression": expression, "label": "${PROP('Dim.zone')}"}
        return of.lines({"metrics": [[line]], **more}, 1)

    each = reckoned(f"{sms} * 3.0 / {left}")
    assert each == [("WIB", [(0, 1.5), (2, 1.5)]), ("WIT", [(0, 6.0)])]
    (whole,) = of.lines(
        {
            "metrics": [[{"expression": f"SUM({sms}) / {left}", "label": "all"}]],
            "setPeriodToTimeRange": True,
        },
        1,
    )
    assert whole == ("all", [(0, 8 / 6)])


def test_what_is_not_understood_is_refused() -> None:
    with pytest.raises(ValueError, match="statistic"):
        statistic("Median", [1])
    with pytest.raises(ValueError, match="search"):
        Recorded([], 0, 1).lines({"metrics": [[{"expression": "SUM(METRICS())"}]]}, 1)
    with pytest.raises(ValueError, match="parse"):
        insights.answer("SOURCE 'x' | parse y", [])
    with pytest.raises(ValueError, match="asc"):
        insights.answer("SOURCE 'x' | sort y asc", [])


# ---- pages ---------------------------------------------------------------------------------------


def drawings(html: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(svg) for svg in re.findall("<svg.*?</svg>", html)]


def test_the_page_of_the_service_has_something_in_every_widget(lived: State) -> None:
    html = page(lived, "service")
    assert "No data" not in html
    assert html.count("<section") == len(BODIES["service"]["widgets"])
    assert len(drawings(html)) == len(widgets("service", "metric"))
    assert html.count("<table>") == len(widgets("service", "log"))


def test_a_widget_says_when_it_has_nothing_to_show(tmp_path: Path) -> None:
    with opened(tmp_path / "state") as state, console.sieved(io.StringIO(), state):
        html = page(state, *BODIES)
    kinds = [w["type"] for body in BODIES.values() for w in body["widgets"]]
    said = html.count("No data in this time") + html.count("Only AWS measures this")
    assert said == len(kinds) - kinds.count("text")
    assert "Only AWS measures this" in html


def test_texts_stay_within_their_drawing_and_apart(lived: State) -> None:
    """By their widths as they are taken to be; Chromium measures them below."""
    for svg in drawings(page(lived, *BODIES)):
        assert_readable(svg)


@pytest.mark.parametrize("many", [1, 3, 7, 25])
@pytest.mark.parametrize("most", [0.004, 1, 7, 987_654_321])
def test_drawings_stay_readable_however_much_they_show(many: int, most: float) -> None:
    """In the smallest widgets that there are."""
    graph, numbers = Size(438, 204), Size(318, 116)
    lines = [Series(f"refusal-{'x' * (n % 9)}", [(n, most), (n + 60, 0)]) for n in range(many)]
    for svg in (
        drawing.graph(lines, 0, 90, "requests", graph),
        drawing.bars(lines, graph),
        drawing.numbers(lines, numbers),
    ):
        assert_readable(ElementTree.fromstring(svg))


def assert_readable(svg: ElementTree.Element) -> None:
    boxes = [box(text) for text in svg.iter("text")]
    for left, top, right, bottom in boxes:
        assert left >= -1
        assert top >= 0
        assert right <= float(svg.get("width", 0)) + 1
        assert bottom <= float(svg.get("height", 0)) + 1
    for n, one in enumerate(boxes):
        assert [other for other in boxes[:n] if overlap(one, other)] == []


Box = tuple[float, float, float, float]


def box(text: ElementTree.Element) -> Box:
    size = re.search(r"font-size: (\d+)px", text.get("style", ""))
    height = float(size[1]) if size else 12
    width = LETTER / 12 * height * len(text.text or "")
    how = {"end": 1.0, "middle": 0.5, "large": 0.5}.get(text.get("class", ""), 0)
    left, base = float(text.get("x", 0)) - how * width, float(text.get("y", 0))
    return left, base - 0.8 * height, left + width, base + 0.2 * height


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


MEASURING = """<script>
const told = [];
for (const svg of document.querySelectorAll("svg")) {
  const title = svg.parentElement.querySelector("h2").textContent;
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")];
  const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect()]);
  boxes.forEach(([text, a], n) => {
    if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.bottom > frame.bottom + 1)
      told.push(title + ": " + text + " is cut off");
    for (const [other, b] of boxes.slice(0, n))
      if (a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2)
        told.push(title + ": " + text + " over " + other);
  });
}
for (const box of document.querySelectorAll("section"))
  if (box.scrollWidth > box.clientWidth) told.push(box.textContent.slice(0, 40) + " is too wide");
document.body.setAttribute("data-told", told.join("; ") || "nothing");
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason=pictures.NO_CHROMIUM)
def test_a_browser_shows_every_text_whole_and_none_over_another(lived: State) -> None:
    assert CHROMIUM
    html = page(lived, *BODIES).replace("</body>", MEASURING + "</body>")
    shown = pictures.shown(CHROMIUM, html, "--dump-dom")
    (told,) = re.findall('data-told="([^"]*)"', shown)
    assert told == "nothing"
    for body in BODIES.values():
        for widget in body["widgets"]:
            if widget["type"] != "text":
                assert f"<h2>{widget['properties']['title']}</h2>" in shown


@pytest.mark.skipif(CHROMIUM is None, reason=pictures.NO_CHROMIUM)
def test_a_picture_is_taken_of_a_dashboard(lived: State, tmp_path: Path) -> None:
    assert CHROMIUM
    picture = tmp_path / "service.png"
    height = dashboards.height(BODIES["service"])
    pictures.take(CHROMIUM, page(lived, "service"), height, picture)
    header = picture.read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    assert int.from_bytes(header[16:20]) == pictures.WIDTH
    assert int.from_bytes(header[20:24]) == height


@pytest.mark.parametrize("name", BODIES)
def test_the_documents_show_a_picture_of_each_dashboard(name: str) -> None:
    picture = ROOT / "docs" / f"dashboard-{name}.png"
    assert picture.stat().st_size < 300_000
    assert f"(dashboard-{name}.png)" in (ROOT / "docs/operations.md").read_text(encoding="utf-8")
