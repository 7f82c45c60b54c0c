"""The input types, and what they mean to the gateway."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.tenure import Current, Departing, Former, Quarantined, Tenure
from jiebang.gateway.domain.wording import Wording
from jiebang.sdk import ActionKind

_NUMBER = (
    "A mobile number; leave it out with a holder's token. `13800001234`, also with +86 and "
    "spaces; other countries as E.164."
)
_TENURE = "The tenure a carrier vouches for (scope tenure:assert). Not with a holder's token."
_PLATFORMS = "Ids of platforms; leave it out for all of them."
_KEY = (
    "1 to 200 printable characters, new for each request, the same when it is sent again. "
    "Remembered for 30 days."
)


@strawberry.input(description="Holds the number now.")
class CurrentTenureInput:
    activated_on: date | None = strawberry.field(
        default=None,
        description="The day the number was activated for its holder. Without it nothing is "
        "labelled and nothing can be done.",
    )


@strawberry.input(description="Holds the number and is about to give it up.")
class DepartingTenureInput:
    activated_on: date = strawberry.field(
        description="The day the number was activated for its holder."
    )


@strawberry.input(description="Held the number once.")
class FormerTenureInput:
    held_from: date = strawberry.field(description="The first day.")
    held_until: date = strawberry.field(description="The first day after the last one.")


@strawberry.input(description="The carrier holds the number before it is sold again.")
class QuarantinedTenureInput:
    deactivated_on: date = strawberry.field(description="The day it was given up.")
    reclaimable_until: date = strawberry.field(
        description="The first day on which the last holder can no longer take it back."
    )
    reissue_from: date = strawberry.field(description="The first day it may be sold again.")


@strawberry.input(
    one_of=True, description="Exactly one: the tenure that a carrier vouches for. Days in Shanghai."
)
class TenureInput:
    current: CurrentTenureInput | None = strawberry.field(
        default=strawberry.UNSET, description="Holds the number now."
    )
    departing: DepartingTenureInput | None = strawberry.field(
        default=strawberry.UNSET, description="Is about to give it up."
    )
    former: FormerTenureInput | None = strawberry.field(
        default=strawberry.UNSET, description="Held it once."
    )
    quarantined: QuarantinedTenureInput | None = strawberry.field(
        default=strawberry.UNSET, description="It lies with the carrier."
    )


@strawberry.input(description="Look a number up everywhere, then unbind all that is eligible.")
class StartRenewalInput:
    idempotency_key: str = strawberry.field(description=_KEY)
    number: str | None = strawberry.field(default=None, description=_NUMBER)
    tenure: TenureInput | None = strawberry.field(default=None, description=_TENURE)
    platforms: list[strawberry.ID] | None = strawberry.field(default=None, description=_PLATFORMS)


@strawberry.input(description="Unbind chosen accounts: all of them or none.")
class UnbindAccountsInput:
    account_ids: list[strawberry.ID] = strawberry.field(
        description="1 to 100 ids from `registeredAccounts`."
    )
    idempotency_key: str = strawberry.field(description=_KEY)
    number: str | None = strawberry.field(default=None, description=_NUMBER)
    tenure: TenureInput | None = strawberry.field(default=None, description=_TENURE)


@strawberry.input(description="Ask something about chosen accounts: all of them or none.")
class RequestActionsInput:
    kind: ActionKind = strawberry.field(description="What is asked; see an account's `offers`.")
    account_ids: list[strawberry.ID] = strawberry.field(
        description="1 to 100 ids from `registeredAccounts`."
    )
    idempotency_key: str = strawberry.field(description=_KEY)
    number: str | None = strawberry.field(default=None, description=_NUMBER)
    tenure: TenureInput | None = strawberry.field(default=None, description=_TENURE)


@strawberry.input(description="Take back what has not been done.")
class WithdrawRenewalInput:
    id: strawberry.ID = strawberry.field(description="The renewal's id.")


@strawberry.input(description="Take up what was given up for now, or left to a person.")
class RetryActionInput:
    id: strawberry.ID = strawberry.field(description="The id of an action or an inquiry.")


@strawberry.input(description="Say that all there was to do by hand at a platform is done.")
class ConfirmManualStepInput:
    inquiry_id: strawberry.ID = strawberry.field(description="The inquiry's id.")


@strawberry.input(description="Tick one step of a checklist off, or take that back.")
class TickGuideStepInput:
    inquiry_id: strawberry.ID = strawberry.field(description="The inquiry's id.")
    step_id: strawberry.ID = strawberry.field(description="The step's id in its checklist.")
    done: bool = strawberry.field(default=True, description="False takes it back.")


@strawberry.input(description="Choose when to look again at what is done by hand.")
class SetReminderInput:
    inquiry_id: strawberry.ID = strawberry.field(description="The inquiry's id.")
    remind_on: date | None = strawberry.field(
        default=None,
        description="Today or later, in Asia/Shanghai. Left out: the day that is offered.",
    )


@strawberry.input(description="Send a one-time code to a number.")
class RequestPossessionCodeInput:
    number: str = strawberry.field(
        description="A mobile number, `13800001234`, also with +86 and spaces; other countries "
        "as E.164."
    )
    activated_on: date | None = strawberry.field(
        default=None,
        description="The day the number was activated for its holder, where a carrier vouches for "
        "it (scope tenure:assert). Without it nothing is labelled and nothing can be done.",
    )


@strawberry.input(description="Prove possession of a number by the code that was sent to it.")
class ConfirmPossessionInput:
    id: strawberry.ID = strawberry.field(description="The id of the sent code.")
    code: str = strawberry.field(description="The six digits in the message.")


#: Arguments of queries and subscriptions.
Number = Annotated[str | None, strawberry.argument(description=_NUMBER)]
TenureArgument = Annotated[TenureInput | None, strawberry.argument(description=_TENURE)]
Platforms = Annotated[list[strawberry.ID] | None, strawberry.argument(description=_PLATFORMS)]
Deadline = Annotated[
    int | None,
    strawberry.argument(
        description="Milliseconds, 100 to 15000; 3000 by default. What has not answered by then "
        "is UNKNOWN."
    ),
]


def to_tenure(given: TenureInput | None) -> Tenure | None:
    """The gateway's tenure. Raises `InvalidArgument` unless exactly one is given."""
    if given is None:
        return None
    options = (given.current, given.departing, given.former, given.quarantined)
    chosen = [one for one in options if one is not None and one is not strawberry.UNSET]
    match chosen:
        case [CurrentTenureInput() as one]:
            return Current(activated_on=one.activated_on)
        case [DepartingTenureInput() as one]:
            return Departing(activated_on=one.activated_on)
        case [FormerTenureInput() as one]:
            return Former(held_from=one.held_from, held_until=one.held_until)
        case [QuarantinedTenureInput() as one]:
            return Quarantined(
                deactivated_on=one.deactivated_on,
                reclaimable_until=one.reclaimable_until,
                reissue_from=one.reissue_from,
            )
        case _:
            raise InvalidArgument(
                Reason.TENURE_MISSING, Wording("Send exactly one kind of tenure."), field="tenure"
            )
