"""The journal of every effect, every idempotency key and every request: the truth for tests."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from jiebang.sandbox.accounts import SHANGHAI
from jiebang.sandbox.answers import Answer

REQUESTS_KEPT = 20_000


class Operation(StrEnum):
    UNBIND = "unbind"
    CONTACT_STOP = "contact_stop"
    LOCK = "lock"
    HOLDER_NOTICE = "holder_notice"
    SIGN_UP = "sign_up"


@dataclass(frozen=True, slots=True)
class Effect:
    """A change made at `platform`, through the interface of `via`; `key`: its idempotency key."""

    sequence: int
    platform: str
    operation: Operation
    account: str
    key: str
    via: str
    at: datetime


@dataclass(slots=True)
class IdempotencyKey:
    """An idempotency key as one platform has seen it."""

    operation: Operation
    subject: str
    answer: Answer | None = None
    received: int = 0
    conflicts: int = 0
    effects: int = 0


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request; `status` None means that it was not answered."""

    platform: str
    method: str
    path: str
    status: int | None


@dataclass(slots=True)
class Journal:
    effects: list[Effect] = field(default_factory=list[Effect])
    keys: dict[tuple[str, str], IdempotencyKey] = field(
        default_factory=dict[tuple[str, str], IdempotencyKey]
    )
    requests: deque[RequestRecord] = field(
        default_factory=lambda: deque[RequestRecord](maxlen=REQUESTS_KEPT)
    )
    counts: Counter[tuple[str, str, int | None]] = field(
        default_factory=Counter[tuple[str, str, int | None]]
    )

    def record_effect(
        self, platform: str, operation: Operation, account: str, key: str, via: str
    ) -> None:
        sequence = len(self.effects) + 1
        now = datetime.now(SHANGHAI)
        self.effects.append(Effect(sequence, platform, operation, account, key, via, now))
        if known := self.keys.get((via, key)):
            known.effects += 1

    def run_once(
        self,
        platform: str,
        key: str,
        operation: Operation,
        subject: str,
        act: Callable[[], Answer],
    ) -> Answer | None:
        """Return the first answer to this key, from `act` if the key is new; None if the key stands
        for another operation or subject. Nothing in it awaits, so calls cannot interleave."""
        known = self.keys.setdefault((platform, key), IdempotencyKey(operation, subject))
        known.received += 1
        if (known.operation, known.subject) != (operation, subject):
            known.conflicts += 1
            return None
        if known.answer is None:
            known.answer = act()
        return known.answer

    def record_request(self, platform: str, method: str, path: str, status: int | None) -> None:
        self.requests.append(RequestRecord(platform, method, path, status))
        self.counts[platform, method, status] += 1
