"""Short messages through SNS."""

from botocore.client import ClientError
from botocore.exceptions import BotoCoreError, ConnectTimeoutError, EndpointConnectionError

from chalicelib import aws
from chalicelib.config import settings
from chalicelib.domain.errors import NoAnswer, NotSent


def send_code(phone: str, text: str) -> None:
    """Send a code; a second try is harmless, for its message says the same. Raises `NotSent`."""
    _publish(phone, text, attempts=2)


def send_once(phone: str, text: str) -> None:
    """Send a message at most once: the SDK itself makes no second attempt.

    Raises `NoAnswer` where the message may have been sent, `NotSent` where it was not.
    """
    _publish(phone, text, attempts=1)


def _publish(phone: str, text: str, attempts: int) -> None:
    try:
        aws.client("sns", region=settings.sms_region, attempts=attempts).publish(
            PhoneNumber=phone,
            Message=text,
            MessageAttributes={
                "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
                "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": settings.sms_sender},
            },
        )
    except ClientError as error:
        raise NotSent(error.response["Error"]["Code"]) from error
    except (ConnectTimeoutError, EndpointConnectionError, aws.NotAsked) as error:
        raise NotSent(type(error).__name__) from error
    except BotoCoreError as error:
        raise NoAnswer(type(error).__name__) from error
