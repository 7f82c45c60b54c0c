"""Faulty answers for many platforms, or for many numbers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.conformance.zoo.acme import Apps, Batched, bearer, rows_of, text_of
from tests.conformance.zoo.faulty_connector import FaultyConnector

from jiebang.sdk import (
    ActionOutcome,
    Call,
    ConnectorError,
    Done,
    LookupAnswer,
    LookupOutcome,
    NotBound,
    Order,
    Subject,
)


class AllOrNothing(Apps):
    """Fails as a whole if one of its platforms cannot be read."""

    def answers(self, results: list[Any], asked: list[str]) -> LookupAnswer:
        return {
            text_of(entry, "app"): self.answer(entry, text_of(entry, "app")) for entry in results
        }


class LeftOutIsAbsent(Apps):
    """Treats a platform that the service left out as one without an account."""

    def answers(self, results: list[Any], asked: list[str]) -> LookupAnswer:
        absent: dict[str, LookupOutcome | ConnectorError] = {
            app: NotBound("not in the list") for app in asked
        }
        found = super().answers(results, asked)
        return absent | (found if isinstance(found, dict) else {})


class WrongApp(Apps):
    """Assigns every account to its first platform."""

    def answer(self, entry: Any, app: str) -> LookupOutcome:
        return super().answer(entry, self.spec.platforms[0].id)


class OneForAll(Apps):
    """Gives one answer for all its platforms."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        body = {"phone": subject.number, "apps": sorted(call.platforms)}
        reply = await call.http.send("POST", "/v1/apps", json=body, headers=bearer(call))
        return self.answer(rows_of(reply.json(), "results")[0], self.spec.platforms[0].id)


class AsTheyCome(Batched):
    """Returns answers in the platform's order, not in the requested one."""

    def sort_answers(
        self, answers: list[Any], phones: list[str]
    ) -> Sequence[LookupAnswer | ConnectorError]:
        return [
            self.answer_for(one) for one in sorted(answers, key=lambda one: text_of(one, "phone"))
        ]


class MissingIsAbsent(Batched):
    """Treats a number that the platform left out as one without an account."""

    def answer_for(self, answer: object) -> LookupAnswer | ConnectorError:
        return NotBound("not in the list") if answer is None else super().answer_for(answer)


class MissingIsDone(Batched):
    """Treats an order that the platform left out as done."""

    def item_outcome(self, item: object) -> ActionOutcome | ConnectorError:
        return Done() if item is None else super().item_outcome(item)


class AllFail(Batched):
    """Fails for all numbers if one entry cannot be read."""

    def answer_for(self, answer: object) -> LookupAnswer | ConnectorError:
        return self.outcome(answer)


class OneKeyForAll(Batched):
    """Sends the orders of a batch under one key."""

    async def unbind_batch(
        self, orders: Sequence[Order], call: Call
    ) -> Sequence[ActionOutcome | ConnectorError]:
        return await super().unbind_batch(
            [replace(one, idempotency_key="batch-1") for one in orders], call
        )


class ShortAnswer(Batched):
    """Leaves out the answers it did not get."""

    def sort_answers(
        self, answers: list[Any], phones: list[str]
    ) -> Sequence[LookupAnswer | ConnectorError]:
        return [self.answer_for(one) for one in answers if rows_of(one, "bindings")]


ANIMALS = (
    FaultyConnector(AllOrNothing(), "per-platform"),
    FaultyConnector(LeftOutIsAbsent(), "per-platform"),
    FaultyConnector(WrongApp(), "answers"),
    FaultyConnector(OneForAll(), "answers"),
    FaultyConnector(AsTheyCome(), "batch"),
    FaultyConnector(MissingIsAbsent(), "batch"),
    FaultyConnector(MissingIsDone(), "batch"),
    FaultyConnector(AllFail(), "batch"),
    FaultyConnector(OneKeyForAll(), "batch"),
    FaultyConnector(ShortAnswer(), "batch"),
)
