"""What can be done. Each mutation runs to its end once it has begun, whatever becomes of the
request: its sibling's error or the client's disconnect cannot leave it half done. The fields are
nullable, so that one's error does not take the others' answers away."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Coroutine
from typing import Annotated, TypeVar

import strawberry

from jiebang.gateway.domain.errors import (
    GatewayError,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
)
from jiebang.gateway.flows.possession import CodeSent, ProvenPossession
from jiebang.gateway.flows.renewals import AcceptedRenewal
from jiebang.gateway.views.renewal_view import RenewalView
from jiebang.schema.context import Asked, Context
from jiebang.schema.global_id import Kind, decode_id
from jiebang.schema.inputs import (
    ConfirmManualStepInput,
    ConfirmPossessionInput,
    RequestActionsInput,
    RequestPossessionCodeInput,
    RetryActionInput,
    SetReminderInput,
    StartRenewalInput,
    TickGuideStepInput,
    UnbindAccountsInput,
    WithdrawRenewalInput,
    to_tenure,
)
from jiebang.schema.resolvers import mutation
from jiebang.schema.types.possession import (
    PossessionCodeResult,
    PossessionCodeSent,
    PossessionProven,
    PossessionResult,
)
from jiebang.schema.types.refusal import (
    Refused,
    RenewalAcceptance,
    RenewalAccepted,
    RenewalChange,
    RenewalChanged,
)
from jiebang.schema.types.renewal import Renewal
from jiebang.sdk import ActionKind

T = TypeVar("T")

_ABOUT = strawberry.argument(description="What to do.")


@strawberry.type(description="What can be done.")
class Mutation:
    @mutation(
        "Ask every chosen platform, then unbind all that is eligible; what cannot be "
        "unbound stays in the renewal with its reason or its steps by hand."
    )
    async def start_renewal(
        self, info: Asked, input: Annotated[StartRenewalInput, _ABOUT]
    ) -> RenewalAcceptance | None:
        context = info.context

        async def work() -> AcceptedRenewal:
            return await context.services.renewals.start(
                context.require_caller(),
                number=input.number,
                tenure=to_tenure(input.tenure),
                platforms=input.platforms,
                key=input.idempotency_key,
            )

        return _accepted(context, await _settle(context, work()))

    @mutation("Unbind chosen accounts: all of them or none.")
    async def unbind_accounts(
        self, info: Asked, input: Annotated[UnbindAccountsInput, _ABOUT]
    ) -> RenewalAcceptance | None:
        return await _order(info.context, ActionKind.UNBIND, input)

    @mutation(
        "Ask something about chosen accounts, also where unbinding is denied: all of them or none."
    )
    async def request_actions(
        self, info: Asked, input: Annotated[RequestActionsInput, _ABOUT]
    ) -> RenewalAcceptance | None:
        return await _order(info.context, input.kind, input)

    @mutation("Take back what has not been done. Doing it twice changes nothing more.")
    async def withdraw_renewal(
        self, info: Asked, input: Annotated[WithdrawRenewalInput, _ABOUT]
    ) -> RenewalChange | None:
        context = info.context

        async def work() -> RenewalView:
            return await context.services.renewals.withdraw(
                context.require_caller(), decode_id(input.id, Kind.RENEWAL)
            )

        return _changed(context, await _settle(context, work()))

    @mutation("Take up an action or inquiry that FAILED, or that was left to a person.")
    async def retry_action(
        self, info: Asked, input: Annotated[RetryActionInput, _ABOUT]
    ) -> RenewalChange | None:
        context = info.context

        async def work() -> RenewalView:
            return await context.services.renewals.retry(
                context.require_caller(), decode_id(input.id, Kind.ACTION, Kind.INQUIRY)
            )

        return _changed(context, await _settle(context, work()))

    @mutation("Say that all there was to do by hand at a platform is done.")
    async def confirm_manual_step(
        self, info: Asked, input: Annotated[ConfirmManualStepInput, _ABOUT]
    ) -> RenewalChange | None:
        context = info.context

        async def work() -> RenewalView:
            return await context.services.manual_steps.confirm(
                context.require_caller(), _inquiry(input.inquiry_id)
            )

        return _changed(context, await _settle(context, work()))

    @mutation(
        "Tick one step by hand off, or take that back. The last one confirms all of them. Doing it "
        "twice changes nothing more."
    )
    async def tick_guide_step(
        self, info: Asked, input: Annotated[TickGuideStepInput, _ABOUT]
    ) -> RenewalChange | None:
        context = info.context

        async def work() -> RenewalView:
            return await context.services.manual_steps.tick(
                context.require_caller(),
                _inquiry(input.inquiry_id),
                input.step_id,
                done=input.done,
            )

        return _changed(context, await _settle(context, work()))

    @mutation("Choose when to look again at what is done by hand.")
    async def set_reminder(
        self, info: Asked, input: Annotated[SetReminderInput, _ABOUT]
    ) -> RenewalChange | None:
        context = info.context

        async def work() -> RenewalView:
            return await context.services.manual_steps.remind(
                context.require_caller(), _inquiry(input.inquiry_id), input.remind_on
            )

        return _changed(context, await _settle(context, work()))

    @mutation(
        "Send a one-time code to a number, to prove that one holds it. The answer is the same for "
        "every number (scope possession:prove)."
    )
    async def request_possession_code(
        self, info: Asked, input: Annotated[RequestPossessionCodeInput, _ABOUT]
    ) -> PossessionCodeResult | None:
        context = info.context

        async def work() -> CodeSent:
            caller, source = context.require_prover()
            return await context.services.possession.request(
                caller,
                number=input.number,
                language=context.language,
                source=source,
                activated_on=input.activated_on,
            )

        outcome = await _settle(context, work())
        return outcome if isinstance(outcome, Refused) else PossessionCodeSent.of(outcome)

    @mutation(
        "Turn the code into a token for this number, good for 15 minutes (scope possession:prove)."
    )
    async def confirm_possession(
        self, info: Asked, input: Annotated[ConfirmPossessionInput, _ABOUT]
    ) -> PossessionResult | None:
        context = info.context

        async def work() -> ProvenPossession:
            caller, _ = context.require_prover()
            return await context.services.possession.confirm(
                caller, decode_id(input.id, Kind.CODE), input.code
            )

        outcome = await _settle(context, work())
        return outcome if isinstance(outcome, Refused) else PossessionProven.of(outcome)


def _inquiry(id: str) -> uuid.UUID:
    return decode_id(id, Kind.INQUIRY, field="inquiryId")


async def _order(
    context: Context, kind: ActionKind, input: UnbindAccountsInput | RequestActionsInput
) -> RenewalAccepted | Refused:
    async def work() -> AcceptedRenewal:
        return await context.services.renewals.request_actions(
            context.require_caller(),
            kind=kind,
            number=input.number,
            tenure=to_tenure(input.tenure),
            accounts=input.account_ids,
            key=input.idempotency_key,
        )

    return _accepted(context, await _settle(context, work()))


#: Work under way, kept from being collected while nobody waits for it any more.
_under_way: set[asyncio.Task[object]] = set()


async def _settle(context: Context, work: Coroutine[object, object, T]) -> T | Refused:
    """What `work` comes to. It is not cancelled with its request."""
    task = asyncio.create_task(work)
    _under_way.add(task)
    task.add_done_callback(_done)
    try:
        return await asyncio.shield(task)
    except (Unauthenticated, PermissionDenied, Unavailable):
        raise
    except GatewayError as error:
        return Refused.of(error, context.language)


def _done(task: asyncio.Task[object]) -> None:
    _under_way.discard(task)
    if not task.cancelled():
        task.exception()  # nobody may be left to take it, and it must not be logged with its text


def _accepted(context: Context, outcome: AcceptedRenewal | Refused) -> RenewalAccepted | Refused:
    if isinstance(outcome, Refused):
        return outcome
    return RenewalAccepted(
        renewal=Renewal.of(outcome.renewal, context.language), replayed=outcome.replayed
    )


def _changed(context: Context, outcome: RenewalView | Refused) -> RenewalChanged | Refused:
    if isinstance(outcome, Refused):
        return outcome
    return RenewalChanged(renewal=Renewal.of(outcome, context.language))
