"""What an operator does to an office by hand.

    python -m infra.ops.office close OFFICE DATE --id "Banjir" --en "Flood"
    python -m infra.ops.office places OFFICE DATE START PLACES
    python -m infra.ops.office unsent OFFICE

Works beside a running `make run`; or, with the TABLE_PREFIX of a stage in the environment and
credentials for it, on AWS.
"""

import argparse
import os
from datetime import date, time


def main() -> None:
    asked = _parser().parse_args()
    if "TABLE_PREFIX" not in os.environ:
        from infra.local import beside

        beside.entered()
    # Imported only now: chalicelib has read the environment once it is imported.
    from chalicelib.domain.errors import Refusal

    try:
        print(asked.do(asked))
    except Refusal as refusal:
        raise SystemExit(f"Refused: {refusal.slug} {refusal.more or ''}".rstrip()) from None


def _close(asked: argparse.Namespace) -> str:
    from chalicelib import clock
    from chalicelib.domain.offices import Closure
    from chalicelib.services.office.closure import declare

    why = Closure(id=asked.id, en=asked.en)
    cancelled = declare(asked.office, asked.date, why, clock.now())
    return f"Closure declared. {cancelled} bookings cancelled; send_reminders tells their people."


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("say why, in words that people can read")
    return text


def _places(asked: argparse.Namespace) -> str:
    from chalicelib.domain.bookings import SlotKey
    from chalicelib.services.office.capacity import set_places

    left = set_places(SlotKey(asked.office, asked.date, asked.start), asked.places)
    return f"{asked.places} places, {left} of them left."


def _unsent(asked: argparse.Namespace) -> str:
    from chalicelib import clock
    from chalicelib.services.notices import reminders
    from chalicelib.services.office import closure

    now = clock.now()
    lines = [
        f"{one.code} {one.notice} {one.telling.state} {one.telling.reason or ''}".rstrip()
        for one in (*closure.unsent(asked.office, now), *reminders.unsent(asked.office, now))
    ]
    return "\n".join(lines) or "Every notice that send_reminders has begun was sent."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.ops.office", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    close = commands.add_parser("close", help="declare a closure, ahead or on the day itself")
    close.add_argument("office")
    close.add_argument("date", type=date.fromisoformat, help="YYYY-MM-DD")
    close.add_argument("--id", required=True, type=_words, help="why, in Indonesian")
    close.add_argument("--en", required=True, type=_words, help="why, in English")
    close.set_defaults(do=_close)

    places = commands.add_parser("places", help="give a released slot more places, or fewer")
    places.add_argument("office")
    places.add_argument("date", type=date.fromisoformat, help="YYYY-MM-DD")
    places.add_argument("start", type=time.fromisoformat, help="HH:MM")
    places.add_argument("places", type=int, help="how many in all")
    places.set_defaults(do=_places)

    unsent = commands.add_parser("unsent", help="list the notices that were not surely sent")
    unsent.add_argument("office")
    unsent.set_defaults(do=_unsent)
    return parser


if __name__ == "__main__":
    main()
