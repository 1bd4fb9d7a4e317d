"""Messages by push: devices that get them, what these are to show, and that they have shown it."""

from typing import TYPE_CHECKING

from chalicelib.api import people_requests, push_answers
from chalicelib.api.language import Language
from chalicelib.api.push_answers import PushDevice
from chalicelib.api.routes import Function, Query, Request, Routes
from chalicelib.domain.errors import Invalid, NoSuchAccount, RequestInProgress
from chalicelib.domain.notices import NoSuchNotice

if TYPE_CHECKING:
    from chalicelib.services.notices.receipts import ToShow

bp = Routes(__name__, Function.PEOPLE)


@bp.on(
    "GET",
    "/v1/pushes/key",
    answer=push_answers.PushKey,
    summary="The key that a browser needs to subscribe to messages by push",
)
def get_key(_: Request) -> push_answers.PushKey:
    from chalicelib import push

    return push_answers.PushKey(push.key())


@bp.on(
    "GET",
    "/v1/me/pushes",
    answer=push_answers.Pushes,
    summary="The devices that get messages by push",
    of_account=True,
)
def get_pushes(request: Request) -> push_answers.Pushes:
    kept = request.found.pushes
    return push_answers.Pushes([PushDevice(push_id, one.at) for push_id, one in kept.items()])


@bp.on(
    "POST",
    "/v1/me/pushes",
    answer=push_answers.Subscribed,
    summary="Let a device get messages by push; at most five do, the latest",
    status=201,
    body=people_requests.NewPush,
    refusals=[Invalid, NoSuchAccount, RequestInProgress],
    of_account=True,
)
def subscribe(request: Request) -> push_answers.Subscribed:
    from chalicelib.services.notices import subscriptions

    endpoint = request.body.endpoint
    found = request.found
    return push_answers.Subscribed(
        subscriptions.subscribe(request.account_id, endpoint, request.now, found)
    )


@bp.on(
    "DELETE",
    "/v1/me/pushes/{push_id}",
    answer=None,
    summary="Let a device get no more of them",
    status=204,
    refusals=[Invalid],
)
def unsubscribe(request: Request, push_id: str) -> None:
    from chalicelib.services.notices import subscriptions

    subscriptions.unsubscribe(request.account_id, push_id)


@bp.on(
    "GET",
    "/v1/me/notices",
    answer=push_answers.Notices,
    summary="What went to the account by push in the last seven days, as far as it is true still",
    refusals=[Invalid],
    query={
        "unshown": Query(
            "Only what a device that was woken is to show; without a value",
            {"type": "string", "maxLength": 0},
        )
    },
)
def get_notices(request: Request) -> push_answers.Notices:
    from chalicelib.services.notices import receipts

    unshown = "unshown" in request.query
    if request.query.get("unshown"):
        raise Invalid("unshown", "type")
    found = receipts.of_account(request.account_id, request.now, unshown=unshown)
    return push_answers.Notices([_shown(one, request.language) for one in found])


def _shown(one: "ToShow", language: Language) -> push_answers.NoticeToShow:
    from chalicelib.domain import push_texts

    pushed, booking, office = one
    numbers = pushed.numbers_in(booking)
    title, body = push_texts.notice(pushed.kind, office, booking, numbers, language)
    return push_answers.NoticeToShow(pushed.notice_id, pushed.kind, title, body, pushed.code)


@bp.on(
    "POST",
    "/v1/me/notices/{notice_id}/shown",
    answer=None,
    summary="Say that a device has shown a notice, so that no SMS is sent",
    status=204,
    refusals=[Invalid, NoSuchNotice],
)
def receive(request: Request, notice_id: str) -> None:
    from chalicelib.services.notices import receipts

    receipts.receive(request.account_id, notice_id, request.now)
