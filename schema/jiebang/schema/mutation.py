"""The mutations. Once started each runs to completion: neither an error in another mutation nor a
client's disconnect can interrupt it. The fields are nullable, so that an error in one does not
discard the results of the others."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Coroutine
from typing import Annotated, TypeVar

import strawberry

from jiebang.gateway.domain.errors import (
    GatewayError,
    PermissionDenied,
    ServiceUnavailable,
    Unauthenticated,
)
from jiebang.gateway.flows.possession import CodeSent, ProvenPossession
from jiebang.gateway.flows.renewals import AcceptedRenewal
from jiebang.gateway.views.renewal_view import RenewalView
from jiebang.schema.context import Context, ResolverInfo
from jiebang.schema.global_id import IdKind, decode_id
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

_ABOUT = strawberry.argument(description="The input.")


@strawberry.type(description="The mutations.")
class Mutation:
    @mutation(
        "Query every selected platform, then unbind all eligible accounts; an account that cannot "
        "be unbound stays in the renewal with the reason or the manual steps."
    )
    async def start_renewal(
        self, info: ResolverInfo, input: Annotated[StartRenewalInput, _ABOUT]
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

        return _acceptance(context, await _run_shielded(context, work()))

    @mutation("Unbind selected accounts: all of them or none.")
    async def unbind_accounts(
        self, info: ResolverInfo, input: Annotated[UnbindAccountsInput, _ABOUT]
    ) -> RenewalAcceptance | None:
        return await _request_actions(info.context, ActionKind.UNBIND, input)

    @mutation(
        "Request an action for selected accounts, even where unbinding is denied: for all of them "
        "or none."
    )
    async def request_actions(
        self, info: ResolverInfo, input: Annotated[RequestActionsInput, _ABOUT]
    ) -> RenewalAcceptance | None:
        return await _request_actions(info.context, input.kind, input)

    @mutation("Withdraw what has not been done. Idempotent.")
    async def withdraw_renewal(
        self, info: ResolverInfo, input: Annotated[WithdrawRenewalInput, _ABOUT]
    ) -> RenewalChange | None:
        context = info.context

        async def work() -> RenewalView:
            return await context.services.renewals.withdraw(
                context.require_caller(), decode_id(input.id, IdKind.RENEWAL)
            )

        return _change(context, await _run_shielded(context, work()))

    @mutation("Retry an action or inquiry that FAILED, or that was left to a person.")
    async def retry_action(
        self, info: ResolverInfo, input: Annotated[RetryActionInput, _ABOUT]
    ) -> RenewalChange | None:
        context = info.context

        async def work() -> RenewalView:
            return await context.services.renewals.retry(
                context.require_caller(), decode_id(input.id, IdKind.ACTION, IdKind.INQUIRY)
            )

        return _change(context, await _run_shielded(context, work()))

    @mutation("Confirm that all manual steps at a platform are done.")
    async def confirm_manual_step(
        self, info: ResolverInfo, input: Annotated[ConfirmManualStepInput, _ABOUT]
    ) -> RenewalChange | None:
        context = info.context

        async def work() -> RenewalView:
            return await context.services.manual_steps.confirm(
                context.require_caller(), _inquiry_id(input.inquiry_id)
            )

        return _change(context, await _run_shielded(context, work()))

    @mutation(
        "Check one manual step off, or undo that. The last step confirms all of them. Idempotent."
    )
    async def tick_guide_step(
        self, info: ResolverInfo, input: Annotated[TickGuideStepInput, _ABOUT]
    ) -> RenewalChange | None:
        context = info.context

        async def work() -> RenewalView:
            return await context.services.manual_steps.tick(
                context.require_caller(),
                _inquiry_id(input.inquiry_id),
                input.step_id,
                done=input.done,
            )

        return _change(context, await _run_shielded(context, work()))

    @mutation("Set the reminder for manual steps.")
    async def set_reminder(
        self, info: ResolverInfo, input: Annotated[SetReminderInput, _ABOUT]
    ) -> RenewalChange | None:
        context = info.context

        async def work() -> RenewalView:
            return await context.services.manual_steps.remind(
                context.require_caller(), _inquiry_id(input.inquiry_id), input.remind_on
            )

        return _change(context, await _run_shielded(context, work()))

    @mutation(
        "Send a one-time code to a number, to prove possession of it. The answer is the same for "
        "every number (scope possession:prove)."
    )
    async def request_possession_code(
        self, info: ResolverInfo, input: Annotated[RequestPossessionCodeInput, _ABOUT]
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

        outcome = await _run_shielded(context, work())
        return outcome if isinstance(outcome, Refused) else PossessionCodeSent.of(outcome)

    @mutation(
        "Exchange the code for a token for this number, valid for 15 minutes (scope "
        "possession:prove)."
    )
    async def confirm_possession(
        self, info: ResolverInfo, input: Annotated[ConfirmPossessionInput, _ABOUT]
    ) -> PossessionResult | None:
        context = info.context

        async def work() -> ProvenPossession:
            caller, _ = context.require_prover()
            return await context.services.possession.confirm(
                caller, decode_id(input.id, IdKind.CODE), input.code
            )

        outcome = await _run_shielded(context, work())
        return outcome if isinstance(outcome, Refused) else PossessionProven.of(outcome)


def _inquiry_id(id: str) -> uuid.UUID:
    return decode_id(id, IdKind.INQUIRY, field="inquiryId")


async def _request_actions(
    context: Context, kind: ActionKind, input: UnbindAccountsInput | RequestActionsInput
) -> RenewalAccepted | Refused:
    async def work() -> AcceptedRenewal:
        return await context.services.renewals.request_actions(
            context.require_caller(),
            kind=kind,
            number=input.number,
            tenure=to_tenure(input.tenure),
            account_ids=input.account_ids,
            key=input.idempotency_key,
        )

    return _acceptance(context, await _run_shielded(context, work()))


#: References to running tasks, so that abandoned ones are not garbage collected.
_running_tasks: set[asyncio.Task[object]] = set()


async def _run_shielded(context: Context, work: Coroutine[object, object, T]) -> T | Refused:
    """Return the result of `work`, which is not cancelled with its request."""
    task = asyncio.create_task(work)
    _running_tasks.add(task)
    task.add_done_callback(_discard_task)
    try:
        return await asyncio.shield(task)
    except (Unauthenticated, PermissionDenied, ServiceUnavailable):
        raise
    except GatewayError as error:
        return Refused.of(error, context.language)


def _discard_task(task: asyncio.Task[object]) -> None:
    _running_tasks.discard(task)
    if not task.cancelled():
        task.exception()  # nobody may retrieve it, and it must not be logged with its text


def _acceptance(context: Context, outcome: AcceptedRenewal | Refused) -> RenewalAccepted | Refused:
    if isinstance(outcome, Refused):
        return outcome
    return RenewalAccepted(
        renewal=Renewal.of(outcome.renewal, context.language), replayed=outcome.replayed
    )


def _change(context: Context, outcome: RenewalView | Refused) -> RenewalChanged | Refused:
    if isinstance(outcome, Refused):
        return outcome
    return RenewalChanged(renewal=Renewal.of(outcome, context.language))
