"""Faulty orders: reported as done but not done, done twice, or done to somebody else."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from tests.conformance.zoo.acme import SPEC, Acme, Batched, Unkeyed, bearer, rows_of
from tests.conformance.zoo.faulty_connector import FaultyConnector
from tests.conformance.zoo.leaks import Caches, HandleOfOrder

from jiebang.sdk import (
    Account,
    ActionOutcome,
    Bound,
    Call,
    ConnectorError,
    Denied,
    DenyReason,
    Done,
    Idempotency,
    ProtocolFault,
    Reply,
    Subject,
    Unavailable,
)


class AnySuccess(Acme):
    """Treats every 2xx as done."""

    def read_reply(self, reply: Reply) -> ActionOutcome:
        return Done() if reply.status == 200 else super().read_reply(reply)


class AcceptedIsDone(Acme):
    """Treats "accepted" as done, although the platform only opened a case."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        await call.http.send(
            "POST", "/v1/cases", json={"id": account.handle}, headers=bearer(call), accept=(202,)
        )
        return Done()


class NeverAsks(Acme):
    """Reports done without sending a request."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        return Done()


class IgnoresItems(Acme):
    """Reads that the list was accepted, not the result of its item."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        item = {"id": account.handle, "key": call.idempotency_key}
        reply = await call.http.send(
            "POST", "/v1/items", json={"items": [item]}, headers=bearer(call) | self.key(call)
        )
        rows_of(reply.json(), "items")
        return Done()


class FailureIsDone(Acme):
    """Treats a failed order as one that was carried out before."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        try:
            return await super().unbind(subject, account, call)
        except ConnectorError:
            return Done(already=True)


class RefusesForThem(Acme):
    """Treats what it does not understand as a refusal."""

    def read_reply(self, reply: Reply) -> ActionOutcome:
        try:
            return super().read_reply(reply)
        except ProtocolFault:
            return Denied(reason=DenyReason.NO_MATCH)


class SendsTwice(Unkeyed):
    """Sends the order twice, to be safe."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        outcome = await super().unbind(subject, account, call)
        await super().unbind(subject, account, call)
        return outcome


class ForgetsKey(Acme):
    """Declares keys, but does not send any."""

    def key(self, call: Call) -> dict[str, str]:
        return {}


class NewKey(Acme):
    """Makes a new key for each attempt at the same order."""

    def key(self, call: Call) -> dict[str, str]:
        return {"Idempotency-Key": str(uuid4())}


class SameKey(Acme):
    """Uses one key for all orders, so that the second is never carried out."""

    def key(self, call: Call) -> dict[str, str]:
        return {"Idempotency-Key": "acme-unbind"}


class SureOfNothing(Acme):
    """Claims that nothing was done when the connection broke."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        try:
            return await super().unbind(subject, account, call)
        except ConnectorError as error:
            raise Unavailable(str(error)) from None


class SendsAgain(Unkeyed):
    """Resends an order whose answer was lost."""

    async def send_order(self, handle: str, call: Call) -> Reply:
        try:
            return await super().send_order(handle, call)
        except Unavailable:
            return await super().send_order(handle, call)


class UnbindsAll(Acme):
    """Removes the number from all accounts it finds."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        found = await self.lookup(subject, call)
        for one in found.accounts if isinstance(found, Bound) else ():
            if one.handle != account.handle:
                await call.http.send("DELETE", f"/v1/bindings/{one.handle}", headers=bearer(call))
        return await super().unbind(subject, account, call)


class UnbindsFirst(Acme):
    """Removes the number from the first account, not the requested one."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        found = await self.lookup(subject, call)
        first = found.accounts[-1] if isinstance(found, Bound) else account
        return await super().unbind(subject, first, call)


class ClaimsNatural(Unkeyed):
    """Declares repeated orders harmless, although the platform cannot recognise them."""

    spec = replace(SPEC, idempotency=Idempotency.NATURAL)

    def read_reply(self, reply: Reply) -> ActionOutcome:
        if reply.status == 404:
            raise ProtocolFault("it was there a moment ago", maybe_done=True)
        return super().read_reply(reply)


class ClaimsKeys(Unkeyed):
    """Declares keys for a platform that does not know any."""

    spec = SPEC

    async def send_order(self, handle: str, call: Call) -> Reply:
        body = {"id": handle, "key": call.idempotency_key}
        return await call.http.send(
            "POST", "/v1/detach", json=body, headers=bearer(call), accept=(200, 404)
        )


class CodeCrash(Acme):
    """Looks up every code in an incomplete table."""

    def read_reply(self, reply: Reply) -> ActionOutcome:
        outcomes = {"UNBOUND": Done(), "ALREADY_UNBOUND": Done(already=True)}
        return outcomes[reply.json().get("state", "")]


class TrustsBatch(Batched):
    """Treats every returned item as done."""

    def item_outcome(self, item: object) -> ActionOutcome | ConnectorError:
        return Done()


ANIMALS = (
    FaultyConnector(AnySuccess(), "unmapped-write"),
    FaultyConnector(IgnoresItems(), "unmapped-write"),
    FaultyConnector(FailureIsDone(), "unmapped-write"),
    FaultyConnector(RefusesForThem(), "unmapped-write"),
    FaultyConnector(AcceptedIsDone(), "lookup-after-unbind"),
    FaultyConnector(NeverAsks(), "lookup-after-unbind"),
    FaultyConnector(Caches(), "lookup-after-unbind"),
    FaultyConnector(SendsTwice(), "unbind"),
    FaultyConnector(ForgetsKey(), "idempotency-key"),
    FaultyConnector(NewKey(), "idempotency-key"),
    FaultyConnector(SameKey(), "idempotency-key"),
    FaultyConnector(SureOfNothing(), "cut-after-send"),
    FaultyConnector(SendsAgain(), "cut-after-send"),
    FaultyConnector(UnbindsAll(), "other-accounts"),
    FaultyConnector(UnbindsFirst(), "other-accounts"),
    FaultyConnector(ClaimsNatural(), "unbind-twice"),
    FaultyConnector(ClaimsKeys(), "single-effect"),
    FaultyConnector(CodeCrash(), "platform-codes"),
    FaultyConnector(TrustsBatch(), "batch"),
    FaultyConnector(HandleOfOrder(), "leaks", beside=("unbind",)),
)
