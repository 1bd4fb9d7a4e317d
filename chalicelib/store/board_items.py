"""How boards, tickets and counters are kept in items. What is usual is left out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.domain.boards import Board, BoardKey, Call, Counter, Did, Press, State, Ticket
from chalicelib.domain.bookings import Outcome
from chalicelib.store.tables.desk import BoardItem
from chalicelib.store.times import instant, seconds

Fields = dict[str, Any]


def board(item: BoardItem) -> Board:
    office_id, _, day = item.board_id.partition("#")
    return Board(
        key=BoardKey(office_id, date.fromisoformat(day)),
        closed_at=instant(item.closed) if item.closed else None,
        settled=bool(item.settled),
        told=bool(item.told),
        walk_ins=int(item.walkins),
        tickets={label: ticket(label, one) for label, one in item.tickets.as_dict().items()},
        counters={name: counter(one) for name, one in item.counters.as_dict().items()},
        gone=frozenset(item.gone or ()),
        calls=tuple(
            Call(label, counter_id, instant(at)) for label, counter_id, at in item.calls or ()
        ),
        pace=minutes(item.pace.as_dict()),
    )


def ticket_fields(one: Ticket) -> Fields:
    """All that is kept of a ticket but its label."""
    instants = {
        "due": one.due,
        "came": one.arrived_at,
        "called": one.called_at,
        "again": one.recalled_at,
        "served": one.served_at,
        "done": one.done_at,
        "told": one.told_at,
    }
    kept = {
        "state": one.state.value,
        "v": one.version,
        "step": one.step or None,
        "people": one.people if one.people > 1 else None,
        "counter": one.counter,
        "outcome": one.outcome.value if one.outcome else None,
        "key": one.key,
        "minutes": minutes_fields(one.minutes) or None,
        **{name: seconds(at) for name, at in instants.items() if at},
    }
    return {name: value for name, value in kept.items() if value is not None}


def ticket(label: str, fields: Mapping[str, Any]) -> Ticket:
    def at(name: str) -> Any:
        return instant(fields[name]) if name in fields else None

    return Ticket(
        label=label,
        state=State(fields["state"]),
        due=at("due"),
        version=int(fields["v"]),
        people=int(fields.get("people", 1)),
        arrived_at=at("came"),
        step=int(fields.get("step", 0)),
        counter=fields.get("counter"),
        called_at=at("called"),
        recalled_at=at("again"),
        served_at=at("served"),
        done_at=at("done"),
        outcome=Outcome(fields["outcome"]) if "outcome" in fields else None,
        key=fields.get("key"),
        told_at=at("told"),
        minutes=minutes(fields.get("minutes", {})),
    )


def minutes_fields(by_step: Mapping[int, float]) -> Fields:
    return {str(step): taken for step, taken in by_step.items()}


def minutes(fields: Mapping[str, Any]) -> dict[int, float]:
    """The minutes of each step."""
    return {int(step): float(taken) for step, taken in fields.items()}


def counter_fields(one: Counter) -> Fields:
    did = one.did
    kept = {
        "turn": one.turn,
        "shut": None if one.open else True,
        "steps": list(one.steps) if one.steps != (0,) else None,
        "ticket": one.ticket,
        "key": one.key,
        "did": _did_fields(did, one.ticket) if did else None,
        "away": seconds(one.away_until) if one.away_until else None,
        "sum": [one.served, one.minutes] if one.served else None,
    }
    return {name: value for name, value in kept.items() if value is not None}


def _did_fields(did: Did, here: str | None) -> Fields:
    """What was pressed; the label of whoever is still there is left out."""
    fields: Fields = {"press": did.press.value}
    if did.label:
        fields["v"] = did.version
        if did.label != here:
            fields["label"] = did.label
    if did.step:
        fields["step"] = did.step
    return fields


def _did(fields: Mapping[str, Any], here: str | None) -> Did:
    version, step = int(fields.get("v", 0)), int(fields.get("step", 0))
    label = fields.get("label", here if version else None)
    return Did(Press(fields["press"]), label, version, step)


def counter(fields: Mapping[str, Any]) -> Counter:
    did, here = fields.get("did"), fields.get("ticket")
    served, minutes_of_all = fields.get("sum", (0, 0))
    return Counter(
        turn=int(fields["turn"]),
        open=not fields.get("shut", False),
        steps=tuple(int(step) for step in fields.get("steps", (0,))),
        ticket=here,
        key=fields.get("key"),
        did=_did(did, here) if did else None,
        away_until=instant(fields["away"]) if "away" in fields else None,
        served=int(served),
        minutes=float(minutes_of_all),
    )
