"""AWS without a wire: moto's KMS, SNS and secrets, and the DynamoDB of tests/interleavings.

A thousand people take fifty thousand calls. Over moto's HTTP each takes milliseconds, and moto's
DynamoDB copies a whole table for every transaction, so its backends are called directly and the
tables are those of the interleavings, which answer as the emulator does (test_dynamodb.py there).
What is written into a table is noted as it is written, so that nothing is missed which is
overwritten or removed later.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.client import ClientError
from botocore.exceptions import ReadTimeoutError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends

from chalicelib import aws
from chalicelib.config import settings
from tests.interleavings.dynamodb import OPERATIONS, SCHEMA, Database, Item, Key, Refused, thaw


def _kms() -> Any:
    return kms_backends[DEFAULT_ACCOUNT_ID][settings.region]  # another one after moto was reset


def _secrets() -> Any:
    return secretsmanager_backends[DEFAULT_ACCOUNT_ID][settings.region]


class Tables(Database):
    """The tables as they are; here a write changes them."""

    def __init__(self) -> None:
        super().__init__({})
        self.items: dict[Key, Item] = {}
        self._partitions: dict[tuple[str, str], dict[Key, Item]] = defaultdict(dict)

    def table(self, table: str) -> Iterator[Item]:
        return (item for key, item in self.items.items() if key[0] == table)

    def write(self, key: Key, item: Item | None) -> None:
        for name, attributes in SCHEMA.keys.items():
            if name.partition("/")[0] == key[0]:
                for each in (self.items.get(key), item):
                    if each and attributes[0] in each:
                        partition = self._partitions[name, each[attributes[0]]["S"]]
                        partition.pop(key, None)
                        if each is item:
                            partition[key] = item
        if item is None:
            self.items.pop(key, None)
        else:
            self.items[key] = item

    def partition(self, asked: Mapping[str, Any]) -> Database:
        """What a query looks at: without this each would look through all of its table."""
        table, index = asked["TableName"], asked.get("IndexName")
        name = f"{table}/{index}" if index else table
        given = asked["ExpressionAttributeNames"]
        for attribute, value in re.findall(r"(#\d+) = (:\d+)", asked["KeyConditionExpression"]):
            if given[attribute] == SCHEMA.keys[name][0]:
                wanted = asked["ExpressionAttributeValues"][value]["S"]
                return Database(self._partitions[name, wanted])
        raise AssertionError(asked)


class Aws:
    """All services as one client. One call in ``fault_every`` fails, half of these when done."""

    def __init__(self, fault_every: int) -> None:
        self.tables = Tables()
        self.written: list[bytes] = []
        self.texts: list[tuple[str, str]] = []
        self.faults = 0
        self._rng = random.Random(26)
        self._fault_every = fault_every

    def _make_api_call(self, operation: str, arguments: dict[str, Any]) -> Any:
        with self._faulty(operation):
            try:
                query = operation == "Query"
                asked = self.tables.partition(arguments) if query else self.tables
                written, response = OPERATIONS[operation](asked, arguments)
            except Refused as refused:
                raise ClientError(thaw(refused.response), operation) from None
            for key, item in written.items():
                self.tables.write(key, item)
                if item is not None:
                    self.written.append(_plain(item))
            return thaw(response)

    def encrypt(self, KeyId: str, Plaintext: bytes, EncryptionContext: Any) -> Any:  # noqa: N803
        with self._faulty("Encrypt"):
            blob, _ = _kms().encrypt(KeyId, Plaintext, EncryptionContext)
            return {"CiphertextBlob": blob}

    def decrypt(self, KeyId: str, CiphertextBlob: bytes, EncryptionContext: Any) -> Any:  # noqa: N803
        with self._faulty("Decrypt"):
            return {"Plaintext": _kms().decrypt(CiphertextBlob, EncryptionContext, KeyId)[0]}

    def generate_mac(self, KeyId: str, Message: bytes, MacAlgorithm: str) -> Any:  # noqa: N803
        with self._faulty("GenerateMac"):
            mac, _, key_id = _kms().generate_mac(Message, KeyId, MacAlgorithm, [], False)
            return {"Mac": mac if isinstance(mac, bytes) else mac.encode(), "KeyId": key_id}

    def publish(self, PhoneNumber: str, Message: str, **_: Any) -> Any:  # noqa: N803
        with self._faulty("Publish"):
            self.texts.append((PhoneNumber, Message))
            return {"MessageId": "1"}

    def get_secret_value(self, SecretId: str) -> Any:  # noqa: N803
        return {"SecretString": _secrets().get_secret_value(SecretId, "", "")["SecretString"]}

    @contextmanager
    def _faulty(self, operation: str) -> Iterator[None]:
        fault = self._rng.randrange(self._fault_every * 2) if self._fault_every else -1
        if fault == 0:
            self.faults += 1
            response: Any = {"Error": {"Code": "InternalServerError", "Message": "a fault"}}
            raise ClientError(response, operation)
        yield
        if fault == 1:
            self.faults += 1
            raise ReadTimeoutError(endpoint_url=operation)


@contextmanager
def running(fault_every: int) -> Iterator[Aws]:
    """The service works against this in the block."""
    here = Aws(fault_every)
    with patch.object(aws, "client", lambda *_, **__: here):
        yield here


def _plain(item: Mapping[str, Any]) -> bytes:
    """An item with its binary values as they are."""
    binary: list[bytes] = []

    def told(value: Any) -> str:
        binary.append(value)
        return "binary"

    text = json.dumps(item, ensure_ascii=False, default=told)
    return b"\0".join([text.encode(), *binary])
