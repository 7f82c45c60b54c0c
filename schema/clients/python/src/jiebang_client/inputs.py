"""What the trusted documents take.

Written by `python -m scripts.clients` from the schema and its trusted documents."""

from typing import NotRequired, TypeAlias, TypedDict

from jiebang_client import words


class CatalogueVariables(TypedDict):
    """What Catalogue takes."""


class ConfirmManualStepInput(TypedDict):
    """Confirm that all manual steps at a platform are done."""

    inquiryId: str


class ConfirmManualStepVariables(TypedDict):
    """What ConfirmManualStep takes."""

    input: ConfirmManualStepInput


class ConfirmPossessionInput(TypedDict):
    """Prove possession of a number with the code that was sent to it."""

    id: str
    code: str


class ConfirmPossessionVariables(TypedDict):
    """What ConfirmPossession takes."""

    input: ConfirmPossessionInput


class CoverageVariables(TypedDict):
    """What Coverage takes."""


class CoverageBoardVariables(TypedDict):
    """What CoverageBoard takes."""


class CurrentTenureInput(TypedDict):
    """Holds the number now."""

    activatedOn: NotRequired[words.Date | None]


class DepartingTenureInput(TypedDict):
    """Holds the number and is about to give it up."""

    activatedOn: words.Date


class FormerTenureInput(TypedDict):
    """Held the number in the past."""

    heldFrom: words.Date
    heldUntil: words.Date


class QuarantinedTenureInput(TypedDict):
    """The carrier holds the number before it is re-issued."""

    deactivatedOn: words.Date
    reclaimableUntil: words.Date
    reissueFrom: words.Date


class TenureCurrent(TypedDict):
    """Holds the number now."""

    current: CurrentTenureInput


class TenureDeparting(TypedDict):
    """Is about to give it up."""

    departing: DepartingTenureInput


class TenureFormer(TypedDict):
    """Held the number in the past."""

    former: FormerTenureInput


class TenureQuarantined(TypedDict):
    """The number is with the carrier."""

    quarantined: QuarantinedTenureInput


TenureInput: TypeAlias = TenureCurrent | TenureDeparting | TenureFormer | TenureQuarantined
"""Exactly one: the tenure a carrier asserts. Dates in Asia/Shanghai."""


class LookupVariables(TypedDict):
    """What Lookup takes."""

    number: NotRequired[str | None]
    tenure: NotRequired[TenureInput | None]
    platforms: NotRequired[list[str] | None]
    deadlineMs: NotRequired[int | None]


class LookupProgressVariables(TypedDict):
    """What LookupProgress takes."""

    number: NotRequired[str | None]
    tenure: NotRequired[TenureInput | None]
    platforms: NotRequired[list[str] | None]
    deadlineMs: NotRequired[int | None]


class LookupStreamVariables(TypedDict):
    """What LookupStream takes."""

    number: NotRequired[str | None]
    tenure: NotRequired[TenureInput | None]
    platforms: NotRequired[list[str] | None]
    deadlineMs: NotRequired[int | None]


class PlatformNamesVariables(TypedDict):
    """What PlatformNames takes."""


class RenewalVariables(TypedDict):
    """What Renewal takes."""

    id: str


class RenewalProgressVariables(TypedDict):
    """What RenewalProgress takes."""

    id: str
    after: NotRequired[str | None]


class RenewalsVariables(TypedDict):
    """What Renewals takes."""

    first: NotRequired[int]
    after: NotRequired[str | None]


class RequestActionsInput(TypedDict):
    """Request an action for selected accounts: for all of them or none."""

    kind: words.ActionKind
    accountIds: list[str]
    idempotencyKey: str
    number: NotRequired[str | None]
    tenure: NotRequired[TenureInput | None]


class RequestActionsVariables(TypedDict):
    """What RequestActions takes."""

    input: RequestActionsInput


class RequestPossessionCodeInput(TypedDict):
    """Send a one-time code to a number."""

    number: str
    activatedOn: NotRequired[words.Date | None]


class RequestPossessionCodeVariables(TypedDict):
    """What RequestPossessionCode takes."""

    input: RequestPossessionCodeInput


class RetryActionInput(TypedDict):
    """Retry what was given up for now, or left to a person."""

    id: str


class RetryActionVariables(TypedDict):
    """What RetryAction takes."""

    input: RetryActionInput


class SetReminderInput(TypedDict):
    """Set the reminder for manual steps."""

    inquiryId: str
    remindOn: NotRequired[words.Date | None]


class SetReminderVariables(TypedDict):
    """What SetReminder takes."""

    input: SetReminderInput


class StartRenewalInput(TypedDict):
    """Look a number up everywhere, then unbind all eligible accounts."""

    idempotencyKey: str
    number: NotRequired[str | None]
    tenure: NotRequired[TenureInput | None]
    platforms: NotRequired[list[str] | None]


class StartRenewalVariables(TypedDict):
    """What StartRenewal takes."""

    input: StartRenewalInput


class TickGuideStepInput(TypedDict):
    """Check one step of a checklist off, or undo that."""

    inquiryId: str
    stepId: str
    done: NotRequired[bool]


class TickGuideStepVariables(TypedDict):
    """What TickGuideStep takes."""

    input: TickGuideStepInput


class UnbindAccountsInput(TypedDict):
    """Unbind selected accounts: all of them or none."""

    accountIds: list[str]
    idempotencyKey: str
    number: NotRequired[str | None]
    tenure: NotRequired[TenureInput | None]


class UnbindAccountsVariables(TypedDict):
    """What UnbindAccounts takes."""

    input: UnbindAccountsInput


class WithdrawRenewalInput(TypedDict):
    """Withdraw what has not been done."""

    id: str


class WithdrawRenewalVariables(TypedDict):
    """What WithdrawRenewal takes."""

    input: WithdrawRenewalInput
