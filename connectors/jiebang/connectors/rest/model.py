"""The manifest of kind `rest`, and what it shares with other kinds that use HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, Field

from jiebang.connectors.manifest.credential import Auth, NoAuth
from jiebang.connectors.manifest.field import Bool, Model, require_entries
from jiebang.connectors.manifest.head import Head
from jiebang.connectors.manifest.setting import Config, LimitsSection
from jiebang.connectors.rest.batch import LookupBatchSection, UnbindBatchSection
from jiebang.connectors.rest.callback import CallbackSection
from jiebang.connectors.rest.order import OrderSections
from jiebang.connectors.rest.page import Pages
from jiebang.connectors.rest.request import Idempotency, Request
from jiebang.connectors.rest.rule import ActionRule, ErrorRule, LookupRule, WithdrawRule
from jiebang.sdk import SubjectNeed

_OUTCOMES = "a list of outcomes, the first that holds wins"
_REQUEST = "a mapping with method and path"
_LOOKUP = "a mapping with request and outcomes"

ActionOutcomes = Annotated[
    tuple[ActionRule, ...], AfterValidator(require_entries), Field(description=_OUTCOMES)
]


class LookupRules(Model):
    """How to read the answer to a lookup."""

    outcomes: Annotated[
        tuple[LookupRule, ...], AfterValidator(require_entries), Field(description=_OUTCOMES)
    ]
    pages: Pages | None = None


class ActionRules(Model):
    """How to read the answer to an order."""

    outcomes: ActionOutcomes


class WithdrawRules(Model):
    """How to read the answer to a withdrawal."""

    outcomes: Annotated[
        tuple[WithdrawRule, ...], AfterValidator(require_entries), Field(description=_OUTCOMES)
    ]


class LookupSection(LookupRules):
    request: Request = Field(description=_REQUEST)


class ActionSection(ActionRules):
    request: Request = Field(description=_REQUEST)


class WithdrawSection(WithdrawRules):
    request: Request = Field(description=_REQUEST)


def can_be_pending(rules: Iterable[LookupRule | ActionRule], status: object) -> bool:
    """Whether an answer may be deferred. Functions may defer it where there is a `status`."""
    return any(
        rule.pending is not None or (rule.python is not None and status is not None)
        for rule in rules
    )


L = TypeVar("L", bound=LookupRules)
A = TypeVar("A", bound=ActionRules)
W = TypeVar("W", bound=WithdrawRules)


class HttpManifest(OrderSections[A], Head, Generic[L, A, W]):
    """Settings, credentials and limits, and a section for each operation."""

    config: Config = Field(description="the settings, base_url among them")
    auth: Auth = NoAuth(scheme="none")
    limits: LimitsSection = LimitsSection()
    idempotency: Idempotency = Idempotency(mode="none")
    stable_handles: Bool = True
    dates_bindings: Bool | None = None
    subject_needs: tuple[SubjectNeed, ...] = ()
    lookup: L | None = Field(default=None, description=_LOOKUP)
    lookups: Annotated[tuple[L, ...], AfterValidator(require_entries)] | None = None
    lookup_batch: LookupBatchSection | None = None
    lookup_status: L | None = None
    unbind_batch: UnbindBatchSection | None = None
    status: A | None = None
    withdraw: W | None = None
    callback: CallbackSection | None = None
    errors: tuple[ErrorRule, ...] = ()

    @property
    def lookup_variants(self) -> tuple[L, ...]:
        """The lookup requests: one, or one for each way to write the number."""
        return self.lookups or (() if self.lookup is None else (self.lookup,))

    @property
    def is_dated(self) -> bool:
        """Whether every account it reports carries a date. Before or after a day does not count,
        and what a function reports is unknown."""
        asked = (*self.lookup_variants, self.lookup_batch, self.lookup_status)
        told = () if self.callback is None else self.callback.lookup_outcomes or ()
        rules = [rule for section in asked if section is not None for rule in section.outcomes]
        return all(
            rule.python is None
            and (
                rule.bound is None
                or (
                    rule.bound.bound_date is not None
                    and rule.bound.bound_date.format != "before_flag"
                )
            )
            for rule in (*rules, *told)
        )

    @property
    def pending_actions(self) -> tuple[str, ...]:
        """The names of the orders that may be left pending."""
        batch = self.unbind_batch
        orders = {name: section.outcomes for name, section in self.actions.items()}
        if batch is not None and "unbind" in orders:
            orders["unbind"] += batch.outcomes
        return tuple(name for name, rules in orders.items() if can_be_pending(rules, self.status))


class Rest(HttpManifest[LookupSection, ActionSection, WithdrawSection]):
    """A manifest of kind `rest`."""
