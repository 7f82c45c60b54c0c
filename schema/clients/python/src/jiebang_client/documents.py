"""The trusted documents.

Written by `python -m scripts.clients` from the schema and its trusted documents."""

from jiebang_client import inputs, results
from jiebang_client.operation import Request, Subscription

CATALOGUE: Request[inputs.CatalogueVariables, results.CatalogueData] = Request(
    "Catalogue",
    "catalogue",
    "a58814037720ab42babd9accaffef853bfdcca3f528734ab2da1656e943e5f19",
    repeatable=True,
)
"""Every platform, what can be done there, and what a person can do by hand."""

CONFIRM_MANUAL_STEP: Request[inputs.ConfirmManualStepVariables, results.ConfirmManualStepData] = (
    Request(
        "ConfirmManualStep",
        "confirm_manual_step",
        "098c908c29af14d6cadacd2a96e27b0b1c631274f6e943e487ae45570f794a16",
        repeatable=False,
    )
)
"""Say that something was done by hand."""

CONFIRM_POSSESSION: Request[inputs.ConfirmPossessionVariables, results.ConfirmPossessionData] = (
    Request(
        "ConfirmPossession",
        "confirm_possession",
        "67bb7e703a47788de8361b9a2bee765a9aeea30b6479645457ef65ffe8f22430",
        repeatable=False,
    )
)
"""Prove possession of a number by the code that was sent to it."""

COVERAGE: Request[inputs.CoverageVariables, results.CoverageData] = Request(
    "Coverage",
    "coverage",
    "03e600a94b6d451056ae71ae95fbc39be3dd632deaefb07b15a27ebcc0ffab36",
    repeatable=True,
)
"""What is connected, and how well it answers."""

COVERAGE_BOARD: Request[inputs.CoverageBoardVariables, results.CoverageBoardData] = Request(
    "CoverageBoard",
    "coverage_board",
    "9fe0e766735a8a99e730969ec2642d56474a48ff581448e6cb354c06e28e2519",
    repeatable=True,
)
"""What operators watch: how well each platform answers, what is loaded, what people miss."""

LOOKUP: Request[inputs.LookupVariables, results.LookupData] = Request(
    "Lookup",
    "lookup",
    "2a3e448a5ae20285cfcb238110a7265a70600ffb73ae3db3957cd5ae6a691e26",
    repeatable=True,
)
"""Which accounts are registered with this number?"""

LOOKUP_PROGRESS: Subscription[inputs.LookupProgressVariables, results.LookupProgressData] = (
    Subscription(
        "LookupProgress",
        "lookup_progress",
        "89926256f593d01d8850861a1462692885313b75d3d94b6bca2539cacf2eebe9",
        resumes=False,
    )
)
"""The same as it comes in, platform by platform."""

LOOKUP_STREAM: Request[inputs.LookupStreamVariables, results.LookupStreamData] = Request(
    "LookupStream",
    "lookup_stream",
    "159d58c7251de84ba6d94ccf981d96710fe26653c1010ee50f1b360a9355aec6",
    repeatable=True,
)
"""The same as Lookup in pieces: each platform as it answers, then the counts."""

PLATFORM_NAMES: Request[inputs.PlatformNamesVariables, results.PlatformNamesData] = Request(
    "PlatformNames",
    "platform_names",
    "4e10dc394d62ec23be61d5c0c62711a83718b4608f0b43799d650402fb292c2d",
    repeatable=True,
)
"""The names of all platforms in the request's language, to be searched in another one as well."""

RENEWAL: Request[inputs.RenewalVariables, results.RenewalData] = Request(
    "Renewal",
    "renewal",
    "26d99cc4eb4dad6f49acf1c6c06a54fa71a3e4972ac1504ef395ff45c9411ba1",
    repeatable=True,
)
"""One renewal, as it is now."""

RENEWAL_PROGRESS: Subscription[inputs.RenewalProgressVariables, results.RenewalProgressData] = (
    Subscription(
        "RenewalProgress",
        "renewal_progress",
        "f751752be43b78104b5923697bc8a854eeb05e3b8801dfb8726ff752ecb586f0",
        resumes=True,
    )
)
"""What happens in a renewal, until its end."""

RENEWALS: Request[inputs.RenewalsVariables, results.RenewalsData] = Request(
    "Renewals",
    "renewals",
    "a6041f70df88afc4d7c37eb109ad1180dc03157f29b9ca0ad4a850c6c560fc6e",
    repeatable=True,
)
"""What the caller ordered before, the newest first."""

REQUEST_ACTIONS: Request[inputs.RequestActionsVariables, results.RequestActionsData] = Request(
    "RequestActions",
    "request_actions",
    "bf38e489ffa7aee7c7eee9e39aafe9f32e51f10ee0ce07dd0fad174d698a93ef",
    repeatable=False,
)
"""Ask something about chosen accounts."""

REQUEST_POSSESSION_CODE: Request[
    inputs.RequestPossessionCodeVariables, results.RequestPossessionCodeData
] = Request(
    "RequestPossessionCode",
    "request_possession_code",
    "f56959340b8359077963d7efa936dcd4222c8db920900fb7b084c56cf1d78ea3",
    repeatable=False,
)
"""Send a one-time code to a number."""

RETRY_ACTION: Request[inputs.RetryActionVariables, results.RetryActionData] = Request(
    "RetryAction",
    "retry_action",
    "5c675a85e7db9e8b1a585edef1eca180e8c2f2b98bd771662d5371753e3f4f9b",
    repeatable=False,
)
"""Take up what was given up for now."""

SET_REMINDER: Request[inputs.SetReminderVariables, results.SetReminderData] = Request(
    "SetReminder",
    "set_reminder",
    "2893c0922b45d8a73213f8f5704f2691050276a5d05129c917668c02bdf812a5",
    repeatable=False,
)
"""Choose when to look again at what is done by hand."""

START_RENEWAL: Request[inputs.StartRenewalVariables, results.StartRenewalData] = Request(
    "StartRenewal",
    "start_renewal",
    "5fde53923282044d77b37b7ba5fa71a136a9e25f5deebb34cfbd62c42e9ab838",
    repeatable=False,
)
"""Ask every platform, then unbind all that is eligible."""

TICK_GUIDE_STEP: Request[inputs.TickGuideStepVariables, results.TickGuideStepData] = Request(
    "TickGuideStep",
    "tick_guide_step",
    "b9d3d683ba13f35b9dfdfbf98da2b607f5a9622c950ae37cbe6f83571da34e0b",
    repeatable=False,
)
"""Tick one step by hand off, or take that back."""

UNBIND_ACCOUNTS: Request[inputs.UnbindAccountsVariables, results.UnbindAccountsData] = Request(
    "UnbindAccounts",
    "unbind_accounts",
    "2a960448ddbd2670feaf812d7cda2274bf65516b0617af8b6f6813a797820753",
    repeatable=False,
)
"""Unbind chosen accounts: all of them or none."""

WITHDRAW_RENEWAL: Request[inputs.WithdrawRenewalVariables, results.WithdrawRenewalData] = Request(
    "WithdrawRenewal",
    "withdraw_renewal",
    "ca195d810c8cbfd7e44bcf57c6e8117a5fd2cb1b6e70296c66496db42a34899f",
    repeatable=False,
)
"""Take back what has not been done."""
