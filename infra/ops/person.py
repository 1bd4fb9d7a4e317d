"""What an operator does for a person at the counter or on the phone.

    python -m infra.ops.person find --nik NIK --reason "asks who holds it"
    python -m infra.ops.person find --phone PHONE --reason "lost phone"
    python -m infra.ops.person seen NIK PHONE --reason "KTP seen at the counter"
    python -m infra.ops.person release-nik NIK --reason "somebody else registered with it"
    python -m infra.ops.person cancel CODE --reason "cannot reach the account"
    python -m infra.ops.person lift-pause NIK --reason "was in hospital"
    python -m infra.ops.person end-link NIK PHONE --reason "a stranger names them"

Each is recorded with its reason, and whoever it concerns is told by SMS. Works beside a running
`make run`; or, with TABLE_PREFIX, DATA_KEY_ID and INDEX_KEY_ID of a stage in the environment and
credentials for it, on AWS.
"""

import argparse
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.domain.persons import Person
    from chalicelib.services.office.persons import Case, Told


def main() -> None:
    asked = _parser().parse_args()
    if not asked.reason.strip():
        raise SystemExit("Say why, as in --reason 'KTP seen at the counter': it goes on record.")
    if "TABLE_PREFIX" not in os.environ:
        from infra.local import beside

        beside.entered()
    # Imported only now: chalicelib has read the environment once it is imported.
    from botocore.exceptions import BotoCoreError, ClientError

    from chalicelib.domain.errors import Invalid, Refusal
    from chalicelib.store.dynamo import Unavailable

    try:
        print(asked.do(asked))
    except Invalid as refusal:
        raise SystemExit(f"That is no {refusal.more['field']}: {refusal.more['rule']}.") from None
    except Refusal as refusal:
        raise SystemExit(f"Refused: {refusal.slug} {refusal.more or ''}".rstrip()) from None
    except Unavailable:
        raise SystemExit("DynamoDB gave no answer: run it again, it does no harm.") from None
    except (BotoCoreError, ClientError) as fault:
        raise SystemExit(f"AWS did not do it ({type(fault).__name__}): run it again.") from None


def _case(asked: argparse.Namespace) -> "Case":
    import boto3

    from chalicelib.services.office.persons import Case

    arn = boto3.client("sts").get_caller_identity()["Arn"]
    return Case(f"operator:{arn}", asked.reason)


def _find(asked: argparse.Namespace) -> str:
    from chalicelib import clock
    from chalicelib.domain.people import NationalId, Phone
    from chalicelib.services.office import persons

    now = clock.now()
    if asked.nik:
        return _shown(persons.by_nik(NationalId.parse(asked.nik), _case(asked), now))
    return _shown(persons.by_phone(Phone.parse(asked.phone), _case(asked), now))


def _shown(person: "Person") -> str:
    """A person in ids and levels: no name, no number."""
    active = person.active
    lines = [
        f"person {person.person_id}{' (guarded: opens to a KTP that is seen)' * person.guarded}",
        f"holder: {person.holder or 'nobody'}",
        *(
            f"account {account}: {link.relation}, proof {link.proof}, "
            f"{'may book' if link.may else 'asks'}, since {link.at.isoformat()}"
            for account, link in person.links.items()
        ),
        f"booking: {f'{active.code} of {active.account_id}' if active else 'none'}",
        f"cancellations in 30 days: {len(person.cancellations)}; did not come: "
        f"{len(person.absences)}; others pause until "
        f"{person.paused_until or 'never'}, the holder until {person.paused_own_until or 'never'}",
        f"draws: others barred until {person.barred_until or 'never'}, the holder until "
        f"{person.barred_own_until or 'never'}",
    ]
    return "\n".join(lines)


def _act(name: str, *of: str) -> Any:
    """The command that does an act of ``services.office.persons`` with these arguments."""

    def act(asked: argparse.Namespace) -> str:
        from chalicelib import clock
        from chalicelib.domain.people import NationalId, Phone
        from chalicelib.services.office import persons

        parse: dict[str, Any] = {"nik": NationalId.parse, "phone": Phone.parse, "code": str}
        given = [parse[one](getattr(asked, one)) for one in of]
        return _told(getattr(persons, name)(*given, _case(asked), clock.now()))

    return act


def _told(told: "list[Told]") -> str:
    lines = [
        f"account {one.account_id}: SMS {one.outcome.state} {one.outcome.reason or ''}".rstrip()
        for one in told
    ]
    return "\n".join(["Done.", *lines])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.ops.person", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    find = commands.add_parser("find", help="show whose a NIK or a phone is, in ids")
    one = find.add_mutually_exclusive_group(required=True)
    one.add_argument("--nik")
    one.add_argument("--phone")
    find.set_defaults(do=_find)

    acts = {
        "seen": (_act("seen", "nik", "phone"), "the KTP was seen: this phone's account holds it"),
        "release-nik": (_act("release_nik", "nik"), "take a NIK from whoever has not been seen"),
        "cancel": (_act("cancel", "code"), "cancel a booking; it counts against nobody"),
        "lift-pause": (_act("lift_pause", "nik"), "let somebody book again before their time"),
        "end-link": (_act("end_link", "nik", "phone"), "let an account name somebody no more"),
    }
    arguments = {"seen": "nik phone", "release-nik": "nik", "cancel": "code", "lift-pause": "nik"}
    for name, (do, help_) in acts.items():
        command = commands.add_parser(name, help=help_)
        for argument in arguments.get(name, "nik phone").split():
            command.add_argument(argument)
        command.set_defaults(do=do)
    for command in commands.choices.values():
        command.add_argument("--reason", required=True, help="goes on record")
    return parser


if __name__ == "__main__":
    main()
