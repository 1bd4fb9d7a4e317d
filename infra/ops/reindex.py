"""A new key for the index of people: ``python -m infra.ops.reindex fill``, and later ``tidy``.

Works beside a running `make run`; or, with TABLE_PREFIX, DATA_KEY_ID, INDEX_KEY_ID and, for `fill`,
SECOND_INDEX_KEY_ID of a stage in the environment and credentials for it, on AWS. The steps around
it are in docs/operations.md, "Rotating keys and secrets".
"""

import argparse
import os


def main() -> None:
    asked = _parser().parse_args()
    if "TABLE_PREFIX" not in os.environ:
        from infra.local import beside

        beside.entered()
    # Imported only now: chalicelib has read the environment once it is imported.
    from chalicelib.domain.errors import Refusal
    from chalicelib.store.dynamo import Unavailable

    try:
        asked.do(asked)
    except Refusal as refusal:
        raise SystemExit(f"Refused: {refusal.slug}") from None
    except Unavailable:
        raise SystemExit("DynamoDB gave no answer: run it again, it does no harm.") from None


def _fill(asked: argparse.Namespace) -> None:
    import boto3

    from chalicelib import clock
    from chalicelib.services.people.reindex import fill

    by = f"operator:{boto3.client('sts').get_caller_identity()['Arn']}"
    done = 0
    for page in fill(by, clock.now(), asked.after):
        done += page.accounts
        print(f"{done} accounts; if this ends here, go on with --after {page.last}", flush=True)
    print("All accounts are under both keys.")


def _tidy(asked: argparse.Namespace) -> None:
    from chalicelib.services.people.reindex import tidy

    print(f"{tidy()} entries of other keys removed.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.ops.reindex", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    fill = commands.add_parser("fill", help="put everybody under the second key too")
    fill.add_argument("--after", metavar="ACCOUNT", help="go on after this account")
    fill.set_defaults(do=_fill)

    tidy = commands.add_parser("tidy", help="remove what is not under the one key there is")
    tidy.set_defaults(do=_tidy)
    return parser


if __name__ == "__main__":
    main()
