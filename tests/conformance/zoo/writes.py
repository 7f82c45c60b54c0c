"""Wrong orders: what is said to be done and is not, or is done twice, or to somebody else."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from tests.conformance.zoo.acme import SPEC, Acme, Batched, Unkeyed, bearer, rows_of
from tests.conformance.zoo.animal import FaultyConnector
from tests.conformance.zoo.gossips import Caches, HandleOfOrder

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
    """Takes every 2xx for done."""

    def read_reply(self, reply: Reply) -> ActionOutcome:
        return Done() if reply.status == 200 else super().read_reply(reply)


class AcceptedIsDone(Acme):
    """Takes "accepted" for done: the platform only opened a case."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        await call.http.send(
            "POST", "/v1/cases", json={"id": account.handle}, headers=bearer(call), accept=(202,)
        )
        return Done()


class NeverAsks(Acme):
    """Says done without having asked."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        return Done()


class IgnoresItems(Acme):
    """Reads that the list was taken, not what became of its item."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        item = {"id": account.handle, "key": call.idempotency_key}
        reply = await call.http.send(
            "POST", "/v1/items", json={"items": [item]}, headers=bearer(call) | self.key(call)
        )
        rows_of(reply.json(), "items")
        return Done()


class FailureIsDone(Acme):
    """Takes a failed order for one that was carried out before."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        try:
            return await super().unbind(subject, account, call)
        except ConnectorError:
            return Done(already=True)


class RefusesForThem(Acme):
    """Takes what it does not understand for a refusal."""

    def read_reply(self, reply: Reply) -> ActionOutcome:
        try:
            return super().read_reply(reply)
        except ProtocolFault:
            return Denied(reason=DenyReason.NO_MATCH)


class SendsTwice(Unkeyed):
    """Sends the order twice, to be sure."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        outcome = await super().unbind(subject, account, call)
        await super().unbind(subject, account, call)
        return outcome


class ForgetsKey(Acme):
    """Declares keys, and sends none."""

    def key(self, call: Call) -> dict[str, str]:
        return {}


class NewKey(Acme):
    """Makes a new key for each attempt at the same order."""

    def key(self, call: Call) -> dict[str, str]:
        return {"Idempotency-Key": str(uuid4())}


class SameKey(Acme):
    """Has one key for all orders, so that the second is never carried out."""

    def key(self, call: Call) -> dict[str, str]:
        return {"Idempotency-Key": "acme-unbind"}


class SureOfNothing(Acme):
    """Says of a broken connection that nothing was done."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        try:
            return await super().unbind(subject, account, call)
        except ConnectorError as error:
            raise Unavailable(str(error)) from None


class SendsAgain(Unkeyed):
    """Sends an order again whose answer was lost."""

    async def send_order(self, handle: str, call: Call) -> Reply:
        try:
            return await super().send_order(handle, call)
        except Unavailable:
            return await super().send_order(handle, call)


class UnbindsAll(Acme):
    """Takes the number away from all accounts it finds."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        found = await self.lookup(subject, call)
        for one in found.accounts if isinstance(found, Bound) else ():
            if one.handle != account.handle:
                await call.http.send("DELETE", f"/v1/bindings/{one.handle}", headers=bearer(call))
        return await super().unbind(subject, account, call)


class UnbindsFirst(Acme):
    """Takes the number away from the first account, whichever was meant."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        found = await self.lookup(subject, call)
        first = found.accounts[-1] if isinstance(found, Bound) else account
        return await super().unbind(subject, first, call)


class ClaimsNatural(Unkeyed):
    """Says that a second order does no harm; the platform cannot tell it from a wrong one."""

    spec = replace(SPEC, idempotency=Idempotency.NATURAL)

    def read_reply(self, reply: Reply) -> ActionOutcome:
        if reply.status == 404:
            raise ProtocolFault("it was there a moment ago", maybe_done=True)
        return super().read_reply(reply)


class ClaimsKeys(Unkeyed):
    """Declares keys for a platform that knows none."""

    spec = SPEC

    async def send_order(self, handle: str, call: Call) -> Reply:
        body = {"id": handle, "key": call.idempotency_key}
        return await call.http.send(
            "POST", "/v1/detach", json=body, headers=bearer(call), accept=(200, 404)
        )


class CodeCrash(Acme):
    """Looks every code up in a table that does not hold them all."""

    def read_reply(self, reply: Reply) -> ActionOutcome:
        outcomes = {"UNBOUND": Done(), "ALREADY_UNBOUND": Done(already=True)}
        return outcomes[reply.json().get("state", "")]


class TrustsBatch(Batched):
    """Takes every item that came back for done."""

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
