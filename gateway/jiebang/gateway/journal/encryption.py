"""Encrypted columns: JSON in, ciphertext out, bound to its row."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import orjson

from jiebang.gateway.domain.accounts import account_from_data, account_to_data
from jiebang.gateway.domain.keys import KeyRing
from jiebang.sdk import Account, Bound, NeedsAction, StepKind


class FieldEncryption:
    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def number(self, number: str, row: uuid.UUID) -> bytes:
        return self._keys.encrypt(number.encode(), context=f"number/{row}")

    def open_number(self, blob: bytes, row: uuid.UUID) -> str:
        return self._keys.decrypt(blob, context=f"number/{row}").decode()

    def number_index(self, number: str) -> bytes:
        return self._keys.index(number, context="number")

    def number_indexes(self, number: str) -> list[bytes]:
        return self._keys.indexes(number, context="number")

    def caller_index(self, caller: str) -> bytes:
        return self._keys.index(caller, context="caller")

    def caller_indexes(self, caller: str) -> list[bytes]:
        return self._keys.indexes(caller, context="caller")

    def source_index(self, source: str) -> bytes:
        return self._keys.index(source, context="source")

    def source_indexes(self, source: str) -> list[bytes]:
        return self._keys.indexes(source, context="source")

    def key_index(self, key: str) -> bytes:
        return self._keys.index(key, context="idempotency key")

    def key_indexes(self, key: str) -> list[bytes]:
        return self._keys.indexes(key, context="idempotency key")

    def digest(self, data: object) -> bytes:
        return self._keys.index(_canonical(data), context="digest")

    def digests(self, data: object) -> list[bytes]:
        return self._keys.indexes(_canonical(data), context="digest")

    def account_index(self, *parts: str) -> bytes:
        return self._keys.index("\0".join(parts), context="account")

    def account_indexes(self, *parts: str) -> list[bytes]:
        return self._keys.indexes("\0".join(parts), context="account")

    def event_index(self, event_id: str) -> bytes:
        return self._keys.index(event_id, context="callback event")

    def account(self, account: Account, row: uuid.UUID) -> bytes:
        return self._keys.encrypt(orjson.dumps(account_to_data(account)), context=f"account/{row}")

    def open_account(self, blob: bytes, row: uuid.UUID) -> Account:
        return account_from_data(orjson.loads(self._keys.decrypt(blob, context=f"account/{row}")))

    def answer(self, answer: Bound, row: uuid.UUID) -> bytes:
        data = {
            "complete": answer.complete,
            "accounts": [account_to_data(account) for account in answer.accounts],
        }
        return self._keys.encrypt(orjson.dumps(data), context=f"answer/{row}")

    def open_answer(self, blob: bytes, row: uuid.UUID) -> Bound:
        data = orjson.loads(self._keys.decrypt(blob, context=f"answer/{row}"))
        return Bound(
            accounts=tuple(account_from_data(account) for account in data["accounts"]),
            complete=data["complete"],
        )

    def text(self, text: str, row: uuid.UUID) -> bytes:
        return self._keys.encrypt(text.encode(), context=f"text/{row}")

    def open_text(self, blob: bytes, row: uuid.UUID) -> str:
        return self._keys.decrypt(blob, context=f"text/{row}").decode()

    def needs(self, needs: NeedsAction, row: uuid.UUID) -> bytes:
        data: dict[str, Any] = {
            "kind": needs.kind.value,
            "url": needs.url,
            "expires": needs.expires,
        }
        return self._keys.encrypt(orjson.dumps(data), context=f"needs/{row}")

    def open_needs(self, blob: bytes, row: uuid.UUID) -> NeedsAction:
        data = orjson.loads(self._keys.decrypt(blob, context=f"needs/{row}"))
        expires = data["expires"]
        return NeedsAction(
            kind=StepKind(data["kind"]),
            url=data["url"],
            expires=datetime.fromisoformat(expires) if expires else None,
        )


def _canonical(data: object) -> str:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
