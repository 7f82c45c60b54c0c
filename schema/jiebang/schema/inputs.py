"""The input types, and their conversion to the gateway's values."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.tenure import Current, Departing, Former, Quarantined, Tenure
from jiebang.gateway.domain.wording import Wording
from jiebang.sdk import ActionKind

_NUMBER = (
    "A mobile number; omit it with a holder's token. `13800001234`, optionally with +86 and "
    "spaces; other countries as E.164."
)
_TENURE = "The tenure asserted by a carrier (scope tenure:assert). Not with a holder's token."
_PLATFORMS = "Ids of platforms; omit it to query all of them."
_KEY = (
    "1 to 200 printable characters, new for each request, the same when it is repeated. "
    "Remembered for 30 days."
)


@strawberry.input(description="Holds the number now.")
class CurrentTenureInput:
    activated_on: date | None = strawberry.field(
        default=None,
        description="The date on which the number was activated for its holder. Without it no "
        "account is classified and no action is allowed.",
    )


@strawberry.input(description="Holds the number and is about to give it up.")
class DepartingTenureInput:
    activated_on: date = strawberry.field(
        description="The date on which the number was activated for its holder."
    )


@strawberry.input(description="Held the number in the past.")
class FormerTenureInput:
    held_from: date = strawberry.field(description="The first day.")
    held_until: date = strawberry.field(description="The first day after the last one.")


@strawberry.input(description="The carrier holds the number before it is re-issued.")
class QuarantinedTenureInput:
    deactivated_on: date = strawberry.field(description="The date the number was given up.")
    reclaimable_until: date = strawberry.field(
        description="The first day on which the last holder can no longer reclaim the number."
    )
    reissue_from: date = strawberry.field(description="The first day it may be re-issued.")


@strawberry.input(
    one_of=True, description="Exactly one: the tenure a carrier asserts. Dates in Asia/Shanghai."
)
class TenureInput:
    current: CurrentTenureInput | None = strawberry.field(
        default=strawberry.UNSET, description="Holds the number now."
    )
    departing: DepartingTenureInput | None = strawberry.field(
        default=strawberry.UNSET, description="Is about to give it up."
    )
    former: FormerTenureInput | None = strawberry.field(
        default=strawberry.UNSET, description="Held the number in the past."
    )
    quarantined: QuarantinedTenureInput | None = strawberry.field(
        default=strawberry.UNSET, description="The number is with the carrier."
    )


@strawberry.input(description="Look a number up everywhere, then unbind all eligible accounts.")
class StartRenewalInput:
    idempotency_key: str = strawberry.field(description=_KEY)
    number: str | None = strawberry.field(default=None, description=_NUMBER)
    tenure: TenureInput | None = strawberry.field(default=None, description=_TENURE)
    platforms: list[strawberry.ID] | None = strawberry.field(default=None, description=_PLATFORMS)


@strawberry.input(description="Unbind selected accounts: all of them or none.")
class UnbindAccountsInput:
    account_ids: list[strawberry.ID] = strawberry.field(
        description="1 to 100 ids from `registeredAccounts`."
    )
    idempotency_key: str = strawberry.field(description=_KEY)
    number: str | None = strawberry.field(default=None, description=_NUMBER)
    tenure: TenureInput | None = strawberry.field(default=None, description=_TENURE)


@strawberry.input(description="Request an action for selected accounts: for all of them or none.")
class RequestActionsInput:
    kind: ActionKind = strawberry.field(description="The action; see an account's `offers`.")
    account_ids: list[strawberry.ID] = strawberry.field(
        description="1 to 100 ids from `registeredAccounts`."
    )
    idempotency_key: str = strawberry.field(description=_KEY)
    number: str | None = strawberry.field(default=None, description=_NUMBER)
    tenure: TenureInput | None = strawberry.field(default=None, description=_TENURE)


@strawberry.input(description="Withdraw what has not been done.")
class WithdrawRenewalInput:
    id: strawberry.ID = strawberry.field(description="The renewal's id.")


@strawberry.input(description="Retry what was given up for now, or left to a person.")
class RetryActionInput:
    id: strawberry.ID = strawberry.field(description="The id of an action or an inquiry.")


@strawberry.input(description="Confirm that all manual steps at a platform are done.")
class ConfirmManualStepInput:
    inquiry_id: strawberry.ID = strawberry.field(description="The inquiry's id.")


@strawberry.input(description="Check one step of a checklist off, or undo that.")
class TickGuideStepInput:
    inquiry_id: strawberry.ID = strawberry.field(description="The inquiry's id.")
    step_id: strawberry.ID = strawberry.field(description="The step's id in its checklist.")
    done: bool = strawberry.field(default=True, description="False undoes it.")


@strawberry.input(description="Set the reminder for manual steps.")
class SetReminderInput:
    inquiry_id: strawberry.ID = strawberry.field(description="The inquiry's id.")
    remind_on: date | None = strawberry.field(
        default=None,
        description="Today or later, in Asia/Shanghai. Default: the suggested date.",
    )


@strawberry.input(description="Send a one-time code to a number.")
class RequestPossessionCodeInput:
    number: str = strawberry.field(
        description="A mobile number, `13800001234`, optionally with +86 and spaces; other "
        "countries as E.164."
    )
    activated_on: date | None = strawberry.field(
        default=None,
        description="The date on which the number was activated for its holder, if a carrier "
        "asserts it (scope tenure:assert). Without it no account is classified and no "
        "action is allowed.",
    )


@strawberry.input(description="Prove possession of a number with the code that was sent to it.")
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
        description="Milliseconds, 100 to 15000; default 3000. Platforms that have not answered "
        "by then are UNKNOWN."
    ),
]


def to_tenure(given: TenureInput | None) -> Tenure | None:
    """Convert to the gateway's tenure. Raises `InvalidArgument` unless exactly one is given."""
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
