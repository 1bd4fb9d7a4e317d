"""What happens on the wire between this process and AWS, as a test wants it.

Hooks of botocore, on the very clients that the service calls with: they see every call before it
is sent and may act, answer in AWS's place, or end the process.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse

from chalicelib import aws

Answer = tuple[AWSResponse, dict[str, Any]]
Act = Callable[[], Answer | None]
"""What is done before a call: an answer to it, or None and the call goes on to AWS."""


WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}


class Killed(BaseException):
    """The end of the process, in the middle of whatever it does."""


@contextmanager
def before(operation: str, *acts: Act, client: Any = None) -> Iterator[list[Any]]:
    """Before the calls of ``operation`` in the block come ``acts``, one each in their order.

    Yields the list of the bodies of all such calls. The calls of an act itself do not count.
    """
    events = (client or aws.client("dynamodb")).meta.events
    pending, calls, acting = list(acts), [], False

    def hook(params: dict[str, Any], **_: Any) -> Answer | None:
        nonlocal acting
        if acting:
            return None
        calls.append(params["body"])
        if not pending:
            return None
        acting = True
        try:
            return pending.pop(0)()
        finally:
            acting = False

    event = f"before-call.*.{operation}"
    events.register(event, hook)
    try:
        yield calls
    finally:
        events.unregister(event, hook)


def dies(job: Callable[[], object], write: int) -> bool:
    """Run a job that is killed before its ``write``-th write; says whether it came that far."""
    events = aws.client("dynamodb").meta.events
    left = write

    def hook(model: Any, **_: Any) -> None:
        nonlocal left
        left -= model.name in WRITES
        if left == 0:
            raise Killed

    events.register("before-call.dynamodb", hook)
    try:
        job()
    except Killed:
        return True
    finally:
        events.unregister("before-call.dynamodb", hook)
    return False


def go_on() -> None:
    """Nothing: the call goes on to AWS."""


def kill() -> None:
    raise Killed


def refuse(code: str, *reasons: str, status: int = 400) -> Act:
    """AWS refuses with this error; a cancelled transaction for ``reasons``, one a write."""

    def act() -> Answer:
        http = AWSResponse("https://aws.test", status, {}, None)
        return http, {
            "Error": {"Code": code, "Message": f"{code}, told by a test"},
            "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}},
            "CancellationReasons": [{"Code": reason} for reason in reasons],
        }

    return act


def cancel(*reasons: str) -> Act:
    """The transaction is cancelled for these reasons, one a write, ``None`` for none."""
    return refuse("TransactionCanceledException", *reasons)


def fault(times: int = 1) -> tuple[Act, ...]:
    """AWS has a fault of its own, so many times."""
    return (refuse("InternalServerError", status=500),) * times
