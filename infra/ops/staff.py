"""Who works at an office's desk: adds them, lists them, and lets them do nothing any more.

    python -m infra.ops.staff add malang supervisor "Dewi Lestari"
    python -m infra.ops.staff add malang board
    python -m infra.ops.staff list malang
    python -m infra.ops.staff disable STAFF_ID

`add` prints a link, good once and for a day: whoever opens it makes the passkey. Hand it to that
person alone; it is not kept, and nobody can see it again. Whoever has lost their key is disabled
and added anew. Of a kiosk or a board, which has no name and no passkey, the link opens its page and
signs that browser in, for as long as it is seen once in 90 days. Works beside a running `make run`;
or, with TABLE_PREFIX, DATA_KEY_ID and DESK_ORIGIN of a stage in the environment and credentials for
it, on AWS.
"""

import argparse
import os

ROLES = ("clerk", "supervisor", "kiosk", "board")


def main() -> None:
    asked = _parser().parse_args()
    if "TABLE_PREFIX" not in os.environ:
        from infra.local import beside

        beside.entered()
    elif "DESK_ORIGIN" not in os.environ:
        raise SystemExit("Say DESK_ORIGIN too, as in https://antrian.example.go.id.")
    # Imported only now: chalicelib has read the environment once it is imported.
    from botocore.exceptions import BotoCoreError, ClientError

    from chalicelib.domain.errors import Invalid, Refusal
    from chalicelib.store.dynamo import Unavailable

    try:
        print(asked.do(asked))
    except Invalid as refusal:
        raise SystemExit(f"That is no {refusal.more['field']}: {refusal.more['rule']}.") from None
    except Refusal as refusal:
        raise SystemExit(f"Refused: {refusal.slug}") from None
    except Unavailable:
        raise SystemExit("DynamoDB gave no answer: run `list` to see what was done.") from None
    except (BotoCoreError, ClientError) as fault:
        raise SystemExit(f"AWS did not do it ({type(fault).__name__}): run it again.") from None


def _add(asked: argparse.Namespace) -> str:
    from chalicelib import clock
    from chalicelib.api.staff import link
    from chalicelib.domain.people import parse_name
    from chalicelib.domain.staff import PEOPLE, Role
    from chalicelib.services.staff import members
    from chalicelib.store import offices

    now, role = clock.now(), Role(asked.role)
    office = offices.get(asked.office, now)
    name = parse_name(asked.name) if role in PEOPLE else None
    made = members.invite(office.office_id, role, name, now)
    until = made.expires_at.astimezone(office.zone)
    return f"{made.staff.staff_id}\n{link(made)}\nGood once, until {until:%Y-%m-%d %H:%M}."


def _list(asked: argparse.Namespace) -> str:
    import boto3

    from chalicelib.store import staff

    by = f"operator:{boto3.client('sts').get_caller_identity()['Arn']}"
    lines = []
    for one in sorted(staff.every(), key=lambda one: (one.staff.office_id, one.created_at)):
        if asked.office not in ("", one.staff.office_id):
            continue
        state = "has yet to enrol" if one.sealed else "has yet to be opened, or of one machine"
        if one.passkey:
            state = "has a passkey"
        if one.opened_at:
            state = f"a device, opened {one.opened_at:%Y-%m-%d %H:%M} UTC"
        if one.staff.disabled_at:
            state = f"disabled {one.staff.disabled_at:%Y-%m-%d %H:%M} UTC"
        name = _name(one.staff.staff_id, one.sealed, by)
        lines.append(
            f"{one.staff.staff_id}  {one.staff.office_id}  {one.staff.role}  {name}: {state}"
        )
    return "\n".join(lines) or "Nobody."


def _name(staff_id: str, sealed: bytes | None, by: str) -> str:
    from chalicelib import clock
    from chalicelib.services.unseal import unseal

    if sealed is None:
        return "(no name)"
    seen = unseal(staff_id, {staff_id: sealed}, by, "staff", clock.now())
    return str(seen[staff_id]["name"])


def _disable(asked: argparse.Namespace) -> str:
    from chalicelib import clock
    from chalicelib.services.staff import members

    members.disable(asked.staff_id, clock.now())
    return "Done: their next request is refused."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.ops.staff", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="add somebody, and print their link")
    add.add_argument("office")
    add.add_argument("role", choices=ROLES)
    add.add_argument("name", nargs="?", default="", help="of a person; a device has none")
    add.set_defaults(do=_add)
    listed = commands.add_parser("list", help="show who there is")
    listed.add_argument("office", nargs="?", default="")
    listed.set_defaults(do=_list)
    disable = commands.add_parser("disable", help="let somebody do nothing any more")
    disable.add_argument("staff_id")
    disable.set_defaults(do=_disable)
    return parser


if __name__ == "__main__":
    main()
