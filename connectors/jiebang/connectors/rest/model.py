"""A manifest of kind `rest` as a whole."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from jiebang.connectors.manifest.expression import JmesPath
from jiebang.connectors.manifest.field import Bool, Duration, Int, Model, RateField, Str, some
from jiebang.connectors.manifest.head import Head, Identifier
from jiebang.connectors.rest.request import Auth, Idempotency, NoAuth, Request
from jiebang.connectors.rest.rule import ActionRule, ErrorRule, LookupRule, WithdrawRule
from jiebang.sdk import Limits, SettingType, SubjectNeed

_OUTCOMES = "a list of outcomes, the first that holds wins"
_REQUEST = "a mapping with method and path"


class ConfigSetting(Model):
    type: SettingType = Field(description="text, url or secret")
    default: Str | None = None
    description: Str = "-"

    @model_validator(mode="after")
    def _secrets_have_no_default(self) -> Self:
        if self.type is SettingType.SECRET and self.default is not None:
            raise ValueError("a secret has no default: the operator sets it")
        return self


class LimitsSection(Model):
    timeout: Duration = Limits().timeout
    attempts: Annotated[Int, Field(ge=1, le=5)] = 1
    concurrency: Annotated[Int, Field(ge=1, le=1000)] = 8
    rate: RateField | None = None
    give_up_after: Duration = Limits().give_up_after


class LookupSection(Model):
    request: Request = Field(description=_REQUEST)
    outcomes: Annotated[tuple[LookupRule, ...], AfterValidator(some), Field(description=_OUTCOMES)]


class ActionSection(Model):
    request: Request = Field(description=_REQUEST)
    outcomes: Annotated[tuple[ActionRule, ...], AfterValidator(some), Field(description=_OUTCOMES)]


class WithdrawSection(Model):
    request: Request = Field(description=_REQUEST)
    outcomes: Annotated[
        tuple[WithdrawRule, ...], AfterValidator(some), Field(description=_OUTCOMES)
    ]


class CallbackAuth(Model):
    scheme: Literal["standard_webhooks"] = Field(description="standard_webhooks")
    secret: Str = Field(description="the name of a secret in config")


class CallbackSection(Model):
    """What the platform posts when an order has ended."""

    auth: CallbackAuth = Field(description="a mapping with scheme and secret")
    remote_ref: JmesPath | None = None
    outcomes: Annotated[tuple[ActionRule, ...], AfterValidator(some), Field(description=_OUTCOMES)]

    @model_validator(mode="after")
    def _a_callback_has_no_status(self) -> Self:
        for index, rule in enumerate(self.outcomes):
            if rule.when.status is not None or rule.when.jmespath is None:
                raise ValueError(f"outcomes[{index}]: a callback has no status; use jmespath alone")
        return self


class Rest(Head):
    config: dict[Identifier, ConfigSetting] = Field(description="the settings, base_url among them")
    auth: Auth = NoAuth(scheme="none")
    limits: LimitsSection = LimitsSection()
    idempotency: Idempotency = Idempotency(mode="none")
    stable_handles: Bool = True
    dates_bindings: Bool | None = None
    subject_needs: tuple[SubjectNeed, ...] = ()
    lookup: LookupSection = Field(description="a mapping with request and outcomes")
    lookup_status: LookupSection | None = None
    unbind: ActionSection | None = None
    cease_contact: ActionSection | None = None
    lock_account: ActionSection | None = None
    status: ActionSection | None = None
    withdraw: WithdrawSection | None = None
    callback: CallbackSection | None = None
    errors: tuple[ErrorRule, ...] = ()

    @property
    def actions(self) -> dict[str, ActionSection]:
        """The orders this connector takes, by name."""
        given = {
            "unbind": self.unbind,
            "cease_contact": self.cease_contact,
            "lock_account": self.lock_account,
        }
        return {name: section for name, section in given.items() if section is not None}

    @property
    def dated(self) -> bool:
        """Does every account it reports carry a date?"""
        return all(
            rule.bound.bound_date is not None
            for section in (self.lookup, self.lookup_status)
            if section is not None
            for rule in section.outcomes
            if rule.bound is not None
        )
