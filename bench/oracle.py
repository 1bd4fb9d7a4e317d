"""Whether the time of an answer tells if a phone has an account.

Sign-in is asked for with known and unknown phones in a random order, through the whole function
and moto, and each request's CPU time is taken: it has less noise than any clock a caller could
read. The area under the curve (AUC) is how often a known phone takes longer than an unknown one:
0.5 tells nothing, 0 and 1 tell all.
"""

import json
import random
import time
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter

from bench.calls import metered
from bench.rows import Row

REQUESTS = 2_000
WARM_UP = 50


def rows() -> Iterator[Row]:
    known, unknown = samples()
    yield Row(
        "AUC of known and unknown phones",
        auc(known, unknown),
        "(0.5: no tell)",
        f"CPU time of {REQUESTS:,} requests for a code, in a random order",
    )


def samples(requests: int = REQUESTS, warm_up: int = WARM_UP) -> tuple[list[float], list[float]]:
    """Seconds of CPU that requests take, with known phones and with unknown ones."""
    with metered():
        from app import app
        from chalicelib import vault
        from chalicelib.store.tables.people import IdentityItem

        def ask(number: int) -> float:
            event = {
                "requestContext": {
                    "httpMethod": "POST",
                    "resourcePath": "/v1/sessions",
                    "identity": {"sourceIp": _address(number)},
                },
                "headers": {"content-type": "application/json"},
                "pathParameters": None,
                "multiValueQueryStringParameters": None,
                "stageVariables": None,
                "body": json.dumps({"phone": _phone(number)}),
            }
            began = time.process_time()
            answer = app(event, None)
            took = time.process_time() - began
            assert answer["statusCode"] == 202, answer
            return took

        size = (requests + warm_up) // 2
        for number in range(size):
            index = vault.digest(vault.Index.PHONE, _phone(number)).text
            IdentityItem(index, account_id=f"account-{number:08}").save()
        order = random.Random(1).sample(range(2 * size), 2 * size)
        taken = {number: ask(number) for number in order}
    measured = set(order[warm_up:])
    return (
        [took for number, took in taken.items() if number < size and number in measured],
        [took for number, took in taken.items() if number >= size and number in measured],
    )


def auc(ones: Sequence[float], others: Sequence[float]) -> float:
    """How often one of ``ones`` is larger than one of ``others``; equal ones count half."""
    both = chain(((value, True) for value in ones), ((value, False) for value in others))
    larger, below = 0.0, 0
    for _, equal in groupby(sorted(both), key=itemgetter(0)):
        mine = [is_one for _, is_one in equal]
        theirs = mine.count(False)
        larger += mine.count(True) * (below + theirs / 2)
        below += theirs
    return larger / (len(ones) * len(others))


def _address(number: int) -> str:
    """Everybody asks from a network of their own, so that nobody meets another's limit."""
    return f"10.{number // 256}.{number % 256}.1"


def _phone(number: int) -> str:
    return f"0812{number:08}"


if __name__ == "__main__":
    for row in rows():
        print(f"{row.name}  {row.value:.3f}  {row.how}")
