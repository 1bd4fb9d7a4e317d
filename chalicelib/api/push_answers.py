"""What comes out of the routes of messages by push."""

from msgspec import UNSET, UnsetType

from chalicelib.api.answers import Answer, Instant
from chalicelib.domain.notices import Notice, State


class PushKey(Answer):
    key: str
    """The `applicationServerKey` that a browser subscribes with."""


class Subscribed(Answer):
    push_id: str


class PushDevice(Answer):
    """A device that gets messages by push; where its push service reaches it is not told."""

    push_id: str
    since: Instant


class Pushes(Answer):
    pushes: list[PushDevice]


class NoticeToShow(Answer):
    """What somebody is told of a booking, in words."""

    notice_id: str
    kind: Notice
    title: str
    body: str
    code: str | UnsetType = UNSET
    """Of the booking whose ticket it is about."""


class Notices(Answer):
    notices: list[NoticeToShow]


class PushedNotice(Answer):
    """A notice that went to the account by push, and what came of it."""

    notice_id: str
    kind: Notice
    state: State
    at: Instant
    shown_at: Instant | None = None
