"""What comes out of the routes of messages by push."""

from msgspec import UNSET, UnsetType

from chalicelib.api.answers import Answer
from chalicelib.api.people_answers import PushDevice
from chalicelib.domain.notices import Notice


class PushKey(Answer):
    key: str
    """The `applicationServerKey` that a browser subscribes with."""


class Subscribed(Answer):
    push_id: str


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
