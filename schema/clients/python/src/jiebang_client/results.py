"""What the trusted documents give, as it comes.

Written by `python -m scripts.clients` from the schema and its trusted documents."""

from typing import Literal, TypedDict

from jiebang_client import words


class CataloguePlatform(TypedDict):
    """A service where people hold accounts."""

    id: str
    name: str
    category: words.Category
    sensitive: bool
    site: str | None


class CatalogueGuideSource(TypedDict):
    """A page used as a source of a guide."""

    url: str
    by: words.GuideSourceKind | None
    about: list[str]
    dated: str | None
    readOn: str | None


class CatalogueGuide(TypedDict):
    """The manual steps at a platform without an interface."""

    steps: list[str]
    url: str | None
    proof: str | None
    difficulty: words.GuideDifficulty | None
    officialHelp: str | None
    coveredByOfficialService: words.OfficialCover
    liveChecked: str | None
    checkedDaysAgo: int | None
    stale: bool
    sources: list[CatalogueGuideSource]


class CataloguePlatformCoverage(TypedDict):
    """How one platform is covered."""

    platform: CataloguePlatform
    connector: str
    level: words.ConnectorLevel | None
    precedence: words.Precedence
    absentSince: str | None
    capabilities: list[words.Capability]
    unbinding: words.Delivery | None
    guide: CatalogueGuide | None


class CatalogueCoverage(TypedDict):
    """What is connected, and how well it answers."""

    platforms: list[CataloguePlatformCoverage]


class CatalogueData(TypedDict):
    """What Catalogue gives."""

    coverage: CatalogueCoverage


Refused = TypedDict(
    "Refused",
    {
        "__typename": Literal["Refused"],
        "code": words.ErrorCode,
        "reason": words.ErrorReason,
        "message": str,
        "field": str | None,
        "hint": str | None,
        "retryAt": str | None,
        "attemptsLeft": int | None,
    },
)
"""The request was refused. Nothing was done, and the idempotency key was not used up. A
    wrong code still counts."""


class InquiryPlatform(TypedDict):
    """A service where people hold accounts."""

    id: str
    name: str


class InquiryAccount(TypedDict):
    """One account registered with the number."""

    id: str
    relation: words.TenureRelation
    eligible: bool
    reason: words.DenyReason | None


class InquiryPersonStep(TypedDict):
    """Something the user has to do before the platform continues."""

    kind: words.StepKind
    url: str | None
    expires: str | None


class InquiryGuide(TypedDict):
    """The manual steps at a platform without an interface."""

    url: str | None
    proof: str | None
    difficulty: words.GuideDifficulty | None
    officialHelp: str | None
    stale: bool
    steps: list[str]


class InquiryChecklistStep(TypedDict):
    """One step of a checklist."""

    id: str
    text: str
    doneAt: str | None


class InquiryChecklist(TypedDict):
    """The manual steps at one platform. Each mark is a person's statement and never counts as
    verified."""

    state: words.ChecklistState
    steps: list[InquiryChecklistStep]
    remindOn: str | None


class Inquiry(TypedDict):
    """One platform's part of a renewal."""

    id: str
    platform: InquiryPlatform | None
    category: words.Category
    status: words.Status
    outcome: words.Outcome | None
    reason: words.UnknownReason | None
    accounts: list[InquiryAccount]
    needs: InquiryPersonStep | None
    guide: InquiryGuide | None
    checklist: InquiryChecklist | None
    retryAt: str | None
    confirmedAt: str | None


class ActionPlatform(TypedDict):
    """A service where people hold accounts."""

    id: str
    name: str


class ActionPersonStep(TypedDict):
    """Something the user has to do before the platform continues."""

    kind: words.StepKind
    url: str | None
    expires: str | None


class Action(TypedDict):
    """A request to a platform for one account."""

    id: str
    inquiryId: str
    platform: ActionPlatform | None
    category: words.Category
    kind: words.ActionKind
    status: words.Status
    progress: words.ActionProgress | None
    reason: words.DenyReason | None
    relation: words.TenureRelation
    label: str | None
    effects: list[words.Effect]
    verification: words.Verification | None
    needs: ActionPersonStep | None
    expectedBy: str | None
    retryAt: str | None
    retryable: bool
    doneAt: str | None
    finishedAt: str | None


class Renewal(TypedDict):
    """One request for one number."""

    id: str
    number: str
    basis: words.Basis
    status: words.Status
    settled: bool
    operation: words.RenewalOperation
    cursor: str
    createdAt: str
    withdrawnAt: str | None
    inquiries: list[Inquiry]
    actions: list[Action]


RenewalChanged = TypedDict(
    "RenewalChanged", {"__typename": Literal["RenewalChanged"], "renewal": Renewal}
)
"""The renewal was changed."""


class ConfirmManualStepData(TypedDict):
    """What ConfirmManualStep gives."""

    confirmManualStep: Refused | RenewalChanged | None


PossessionProven = TypedDict(
    "PossessionProven",
    {
        "__typename": Literal["PossessionProven"],
        "token": str,
        "expiresAt": str,
        "number": str,
        "basis": words.Basis,
    },
)
"""The number is held by whoever sent the code."""


class ConfirmPossessionData(TypedDict):
    """What ConfirmPossession gives."""

    confirmPossession: PossessionProven | Refused | None


class CoveragePlatform(TypedDict):
    """A service where people hold accounts."""

    id: str
    name: str
    category: words.Category
    sensitive: bool
    site: str | None


class CoveragePlatformCoverage(TypedDict):
    """How one platform is covered."""

    platform: CoveragePlatform
    connector: str
    precedence: words.Precedence
    capabilities: list[words.Capability]
    unbinding: words.Delivery | None
    answered: int | None
    unknown: int | None


class Coverage(TypedDict):
    """What is connected, and how well it answers."""

    platforms: list[CoveragePlatformCoverage]


class CoverageData(TypedDict):
    """What Coverage gives."""

    coverage: Coverage


class CoverageBoardPlatform(TypedDict):
    """A service where people hold accounts."""

    id: str
    name: str
    category: words.Category
    sensitive: bool


class CoverageBoardPlatformCoverage(TypedDict):
    """How one platform is covered."""

    platform: CoverageBoardPlatform
    connector: str
    level: words.ConnectorLevel | None
    precedence: words.Precedence
    absentSince: str | None
    capabilities: list[words.Capability]
    unbinding: words.Delivery | None
    answered: int | None
    unknown: int | None
    p50Ms: int | None
    p95Ms: int | None


class CoverageBoardConnectorCoverage(TypedDict):
    """One connector of this installation."""

    id: str
    version: str
    level: words.ConnectorLevel | None
    state: words.ConnectorState
    precedence: words.Precedence
    source: str
    listedAt: str | None
    capabilities: list[words.Capability]


class CoverageBoardPlatform2(TypedDict):
    """A service where people hold accounts."""

    id: str
    name: str
    category: words.Category


class CoverageBoardPlatformDemand(TypedDict):
    """Requests for a platform without an interface."""

    platform: CoverageBoardPlatform2
    asked: int


class CoverageBoardProblem(TypedDict):
    """Something that could not be loaded; nothing else is affected."""

    source: str
    message: str


class CoverageBoardCoverage(TypedDict):
    """What is connected, and how well it answers."""

    platforms: list[CoverageBoardPlatformCoverage]
    connectors: list[CoverageBoardConnectorCoverage] | None
    demand: list[CoverageBoardPlatformDemand] | None
    problems: list[CoverageBoardProblem] | None


class CoverageBoardData(TypedDict):
    """What CoverageBoard gives."""

    coverage: CoverageBoardCoverage


class Summary(TypedDict):
    """How many platforms gave which answer."""

    asked: int
    bound: int
    notBound: int
    unknown: int
    pending: int
    needsAction: int
    guidance: int


class ResultPlatform(TypedDict):
    """A service where people hold accounts."""

    id: str
    name: str
    category: words.Category


class Account(TypedDict):
    """One account registered with the number."""

    id: str
    relation: words.TenureRelation
    label: str | None
    boundOn: str | None
    eligible: bool
    reason: words.DenyReason | None
    offers: list[words.ActionKind]


class ResultPersonStep(TypedDict):
    """Something the user has to do before the platform continues."""

    kind: words.StepKind
    url: str | None
    expires: str | None


class ResultGuide(TypedDict):
    """The manual steps at a platform without an interface."""

    steps: list[str]
    url: str | None
    proof: str | None


class Result(TypedDict):
    """One platform's answer."""

    platform: ResultPlatform
    outcome: words.Outcome
    reason: words.UnknownReason | None
    retryAt: str | None
    expectedBy: str | None
    accounts: list[Account]
    needs: ResultPersonStep | None
    guide: ResultGuide | None


class Sensitive(TypedDict):
    """Platforms of one sensitive category, only counted: which ones they are concerns only the
    previous holder."""

    category: words.Category
    asked: int
    bound: int
    unknown: int
    accounts: list[Account]


class Lookup(TypedDict):
    """The accounts registered with a number, platform by platform."""

    number: str
    basis: words.Basis
    summary: Summary
    platforms: list[Result]
    sensitive: list[Sensitive]


class LookupData(TypedDict):
    """What Lookup gives."""

    registeredAccounts: Lookup


class LookupProgressRegisteredAccountsProgress(TypedDict):
    """One step of an answer as it arrives."""

    asked: int
    answered: int
    platform: Result | None
    result: Lookup | None


class LookupProgressData(TypedDict):
    """What LookupProgress gives."""

    registeredAccountsProgress: LookupProgressRegisteredAccountsProgress


class LookupStreamRegisteredAccounts(TypedDict):
    """The accounts registered with a number, platform by platform."""

    number: str
    basis: words.Basis
    platforms: list[Result]
    summary: Summary
    sensitive: list[Sensitive]


class LookupStreamData(TypedDict):
    """What LookupStream gives."""

    registeredAccounts: LookupStreamRegisteredAccounts


class PlatformNamesPlatform(TypedDict):
    """A service where people hold accounts."""

    id: str
    name: str


class PlatformNamesPlatformCoverage(TypedDict):
    """How one platform is covered."""

    platform: PlatformNamesPlatform


class PlatformNamesCoverage(TypedDict):
    """What is connected, and how well it answers."""

    platforms: list[PlatformNamesPlatformCoverage]


class PlatformNamesData(TypedDict):
    """What PlatformNames gives."""

    coverage: PlatformNamesCoverage


class RenewalData(TypedDict):
    """What Renewal gives."""

    renewal: Renewal | None


class RenewalProgressRenewal(TypedDict):
    """One request for one number."""

    id: str
    status: words.Status
    settled: bool


class RenewalProgress(TypedDict):
    """An event of a renewal."""

    cursor: str
    at: str
    kind: words.EventKind
    status: words.Status
    inquiry: Inquiry | None
    action: Action | None
    renewal: RenewalProgressRenewal


class RenewalProgressData(TypedDict):
    """What RenewalProgress gives."""

    renewalProgress: RenewalProgress


class RenewalsRenewal(TypedDict):
    """One request for one number."""

    id: str
    number: str
    basis: words.Basis
    status: words.Status
    settled: bool
    operation: words.RenewalOperation
    createdAt: str
    withdrawnAt: str | None


class RenewalsRenewalEdge(TypedDict):
    """A renewal in a list."""

    node: RenewalsRenewal


class RenewalsPageInfo(TypedDict):
    """The position of a page in its list."""

    hasNextPage: bool
    endCursor: str | None


class RenewalsRenewalConnection(TypedDict):
    """A page of renewals, newest first."""

    edges: list[RenewalsRenewalEdge]
    pageInfo: RenewalsPageInfo


class RenewalsData(TypedDict):
    """What Renewals gives."""

    renewals: RenewalsRenewalConnection


RenewalAccepted = TypedDict(
    "RenewalAccepted",
    {"__typename": Literal["RenewalAccepted"], "replayed": bool, "renewal": Renewal},
)
"""The request was accepted: it is stored, and its work continues."""


class RequestActionsData(TypedDict):
    """What RequestActions gives."""

    requestActions: Refused | RenewalAccepted | None


PossessionCodeSent = TypedDict(
    "PossessionCodeSent",
    {
        "__typename": Literal["PossessionCodeSent"],
        "id": str,
        "number": str,
        "expiresAt": str,
        "resendAt": str,
    },
)
"""A code was sent. No lookup of the number was made."""


class RequestPossessionCodeData(TypedDict):
    """What RequestPossessionCode gives."""

    requestPossessionCode: PossessionCodeSent | Refused | None


class RetryActionData(TypedDict):
    """What RetryAction gives."""

    retryAction: Refused | RenewalChanged | None


class SetReminderData(TypedDict):
    """What SetReminder gives."""

    setReminder: Refused | RenewalChanged | None


class StartRenewalData(TypedDict):
    """What StartRenewal gives."""

    startRenewal: Refused | RenewalAccepted | None


class TickGuideStepData(TypedDict):
    """What TickGuideStep gives."""

    tickGuideStep: Refused | RenewalChanged | None


class UnbindAccountsData(TypedDict):
    """What UnbindAccounts gives."""

    unbindAccounts: Refused | RenewalAccepted | None


class WithdrawRenewalData(TypedDict):
    """What WithdrawRenewal gives."""

    withdrawRenewal: Refused | RenewalChanged | None
