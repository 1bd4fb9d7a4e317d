"""Short messages through SNS."""

from botocore.client import ClientError
from botocore.exceptions import BotoCoreError

from chalicelib import aws
from chalicelib.config import settings


class NotSent(Exception):
    """SNS did not take the message, or did not say that it had."""


def send_code(phone: str, text: str) -> None:
    """Send a code; trying again is harmless, the later message says the same. Raises `NotSent`."""
    try:
        _publish(phone, text, attempts=2)
    except (ClientError, BotoCoreError) as error:
        raise NotSent from error


def _publish(phone: str, text: str, attempts: int) -> None:
    aws.client("sns", region=settings.sms_region, attempts=attempts).publish(
        PhoneNumber=phone,
        Message=text,
        MessageAttributes={
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
            "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": settings.sms_sender},
        },
    )
