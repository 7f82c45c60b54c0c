"""The outcomes of a manifest: what an answer means under which condition; the first match wins."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from jiebang.connectors.manifest.expression import JmesPath
from jiebang.connectors.manifest.field import (
    Bool,
    Duration,
    FunctionName,
    Model,
    Statuses,
    Str,
    require_entries,
)
from jiebang.connectors.mask import Mask
from jiebang.connectors.rest.date import DateFormat
from jiebang.sdk import DenyReason, Effect, ErrorCode, StepKind

SUCCESS = range(200, 300)
#: Statuses that are meaningful even without a body: done, not found, gone.
TELLING = frozenset({204, 205, 404, 410})


class When(Model):
    """A condition: `status` alone, `jmespath` alone (then any 2xx), or both."""

    status: Statuses | None = None
    jmespath: JmesPath | None = None

    @model_validator(mode="after")
    def _require_condition(self) -> Self:
        if self.status is None and self.jmespath is None:
            raise ValueError("expected status, jmespath or both")
        for status in self.status or ():
            if not 100 <= status <= 999 or 300 <= status < 400:
                raise ValueError(f"expected an HTTP status other than a redirect, not {status}")
        return self

    def has_status(self, status: int) -> bool:
        return status in (SUCCESS if self.status is None else self.status)


class Rule(Model):
    """One entry of outcomes: a `when` and exactly one result."""

    #: The results that require evidence.
    PROVEN: ClassVar[frozenset[str]] = frozenset()

    when: When = Field(description="a mapping with status, jmespath or both")

    @property
    def result(self) -> tuple[str, Any]:
        """The name and the content of the one result."""
        names = self.model_fields_set - {"when"}
        name = next(iter(names))
        return name, getattr(self, name)

    @property
    def must_be_proven(self) -> bool:
        return self.result[0] in self.PROVEN

    @model_validator(mode="after")
    def _require_one_result(self) -> Self:
        known = sorted(set(type(self).model_fields) - {"when"})
        given = self.model_fields_set - {"when"}
        if len(given) != 1 or getattr(self, next(iter(given))) is None:
            raise ValueError(f"expected exactly one of {', '.join(known)}, with a mapping")
        name = next(iter(given))
        if name not in self.PROVEN:
            return self
        if self.when.jmespath is None:
            if not TELLING.issuperset(self.when.status or ()):
                raise ValueError(
                    f"a status alone does not prove {name}: add a jmespath that reads it from "
                    f"the answer (alone, only {', '.join(map(str, sorted(TELLING)))} are proof)"
                )
        elif self.when.jmespath.is_true_for_nothing():
            raise ValueError(
                f"{name}: the jmespath also holds for an empty answer, such as {{}}; "
                "compare with what the platform really sends"
            )
        return self


class Empty(Model):
    """A result without details: ``{}``."""


def as_constant(value: object) -> object:
    """Read a bare word as the fixed value that it abbreviates."""
    return {"always": value} if isinstance(value, str) else value


class MappedReason(Model):
    """A reason for a refusal: fixed, or mapped from the answer."""

    always: DenyReason | None = None
    read: JmesPath | None = Field(default=None, alias="from")
    map: dict[Str, DenyReason] = Field(default_factory=dict[str, DenyReason])
    otherwise: DenyReason | None = Field(default=None, alias="else")

    @model_validator(mode="after")
    def _require_reason(self) -> Self:
        if (self.always is None) == (self.read is None):
            raise ValueError("expected a reason, or a mapping with from and map")
        return self


class MappedBlockers(Model):
    """The reasons against unbinding that an account carries."""

    read: JmesPath = Field(alias="from", description="a JMESPath expression")
    map: dict[Str, DenyReason] = Field(description="a mapping from the platform's words to ours")
    otherwise: DenyReason | None = Field(default=None, alias="else")


class Label(Model):
    read: JmesPath = Field(alias="from", description="a JMESPath expression")
    mask: Mask = Field(description="name, phone or email")


class BoundDate(Model):
    read: JmesPath = Field(alias="from", description="a JMESPath expression")
    format: DateFormat = Field(
        description="date, compact_date, epoch_ms, epoch_s, instant or before_flag"
    )


class MappedPlatform(Model):
    """The platform of an account, for a connector that speaks for several."""

    read: JmesPath = Field(alias="from", description="a JMESPath expression")
    map: dict[Str, Str] = Field(default_factory=dict[str, str])


class BoundResult(Model):
    """How accounts are read: `each` finds the list, the other fields read one entry of it."""

    each: JmesPath = Field(description="a JMESPath expression that finds the list of accounts")
    handle: JmesPath = Field(description="a JMESPath expression for the account's id")
    platform: MappedPlatform | None = None
    label: Label | None = None
    bound_date: BoundDate | None = None
    blockers: MappedBlockers | None = None
    complete: JmesPath | None = None


class PendingResult(Model):
    remote_ref: JmesPath = Field(description="a JMESPath expression for the order's id")
    expected_within: Duration | None = None


class NeedsActionResult(Model):
    kind: StepKind = Field(description="otp, web, id_check or consent")
    url: JmesPath | None = None


class DoneResult(Model):
    already: Bool = False
    effects: Annotated[frozenset[Effect], AfterValidator(require_entries)] | None = None


class DeniedResult(Model):
    reason: Annotated[
        MappedReason, BeforeValidator(as_constant, json_schema_input_type=str | MappedReason)
    ] = Field(description="a reason, or a mapping with from and map")
    platform_code: JmesPath | None = None


class LookupRule(Rule):
    PROVEN = frozenset({"not_bound"})

    bound: BoundResult | None = None
    not_bound: Empty | None = None
    pending: PendingResult | None = None
    needs_action: NeedsActionResult | None = None
    python: FunctionName | None = None


class ActionRule(Rule):
    PROVEN = frozenset({"done"})

    done: DoneResult | None = None
    denied: DeniedResult | None = None
    pending: PendingResult | None = None
    needs_action: NeedsActionResult | None = None
    python: FunctionName | None = None


class WithdrawRule(Rule):
    PROVEN = frozenset({"withdrawn"})

    withdrawn: Empty | None = None
    too_late: Empty | None = None


class ErrorRule(Model):
    """One entry of `errors`: an answer that is a failure, in addition to the built-in table."""

    when: When = Field(description="a mapping with status, jmespath or both")
    code: ErrorCode = Field(alias="raise", description="an error, such as rate_limited")
    retry_after: Duration | None = None
    platform_code: JmesPath | None = None
