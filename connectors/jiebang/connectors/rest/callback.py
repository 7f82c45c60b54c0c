"""The section `callback` of a manifest: what the platform posts, and how it is signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, Strict, model_validator

from jiebang.connectors.manifest.credential import secret_problems
from jiebang.connectors.manifest.expression import JmesPath
from jiebang.connectors.manifest.field import Model, Str, require_entries
from jiebang.connectors.manifest.problem import FieldProblem
from jiebang.connectors.manifest.setting import ConfigSetting
from jiebang.connectors.rest.rule import ActionRule, LookupRule
from jiebang.sdk import (
    CallbackAuth,
    CallbackPart,
    ContractError,
    HttpSignatures,
    KeyFormat,
    PlainHmac,
    SignatureAlgorithm,
    StandardWebhooks,
)

_SECRET = "the name of a secret in config"  # noqa: S105 - a description
_OUTCOMES = "a list of outcomes, the first that holds wins"


class _SignedAuth(Model):
    """What all schemes share: conversion to the SDK value, and a name for messages."""

    def sdk_auth(self) -> CallbackAuth:
        raise NotImplementedError

    @model_validator(mode="after")
    def _check_auth(self) -> Self:
        try:
            self.sdk_auth()
        except ContractError as error:
            raise ValueError(str(error)) from None
        return self


class WebhookAuth(_SignedAuth):
    """Standard Webhooks."""

    scheme: Literal["standard_webhooks"]
    secret: Str = Field(description=_SECRET)

    def sdk_auth(self) -> StandardWebhooks:
        return StandardWebhooks(key=self.secret)


class SignatureAuth(_SignedAuth):
    """HTTP Message Signatures (RFC 9421)."""

    scheme: Literal["http_signatures"]
    algorithm: SignatureAlgorithm = Field(description="hmac-sha256 or ed25519")
    key: Str = Field(description="the name of the setting that holds the key")
    key_format: KeyFormat = KeyFormat.TEXT
    keyid: Str | None = None
    tag: Str | None = None
    event_header: Str | None = None
    event_pointer: Str | None = None

    def sdk_auth(self) -> HttpSignatures:
        return HttpSignatures(
            key=self.key,
            algorithm=self.algorithm,
            key_format=self.key_format,
            keyid=self.keyid,
            tag=self.tag,
            event_header=self.event_header,
            event_pointer=self.event_pointer,
        )


class HmacAuth(_SignedAuth):
    """HMAC-SHA256 over the body and what is signed with it, in a header."""

    scheme: Literal["hmac"]
    secret: Str = Field(description=_SECRET)
    key_format: KeyFormat = KeyFormat.TEXT
    header: Str = Field(description="the header that holds the signature")
    parts: Annotated[tuple[CallbackPart, ...], AfterValidator(require_entries)] = Field(
        description="a list out of id, timestamp and body, in the order they are signed"
    )
    separator: Annotated[str, Strict()] = "."
    encoding: Literal["hex", "base64"] = "hex"
    prefix: Str | None = None
    timestamp_header: Str | None = None
    timestamp_unit: Literal["s", "ms"] = "s"
    event_header: Str | None = None
    event_pointer: Str | None = None

    def sdk_auth(self) -> PlainHmac:
        return PlainHmac(
            key=self.secret,
            header=self.header,
            parts=self.parts,
            separator=self.separator,
            timestamp_header=self.timestamp_header,
            milliseconds=self.timestamp_unit == "ms",
            event_header=self.event_header,
            event_pointer=self.event_pointer,
            base64=self.encoding == "base64",
            prefix=self.prefix or "",
            key_format=self.key_format,
        )


class CallbackSection(Model):
    """What the platform posts when an order has ended, or when a lookup's answer is ready."""

    auth: WebhookAuth | SignatureAuth | HmacAuth = Field(
        discriminator="scheme", description="a mapping with scheme and what it needs"
    )
    remote_ref: JmesPath | None = None
    outcomes: Annotated[tuple[ActionRule, ...], AfterValidator(require_entries)] | None = Field(
        default=None, description=_OUTCOMES
    )
    lookup_outcomes: Annotated[tuple[LookupRule, ...], AfterValidator(require_entries)] | None = (
        Field(default=None, description=_OUTCOMES)
    )

    @model_validator(mode="after")
    def _check_outcomes(self) -> Self:
        if self.outcomes is None and self.lookup_outcomes is None:
            raise ValueError("expected outcomes (of orders), lookup_outcomes, or both")
        for name in ("outcomes", "lookup_outcomes"):
            for index, rule in enumerate(getattr(self, name) or ()):
                if rule.when.status is not None or rule.when.jmespath is None:
                    raise ValueError(
                        f"{name}[{index}]: a callback does not have a status; use only jmespath"
                    )
                if rule.result[0] == "python":
                    raise ValueError(f"{name}[{index}]: a callback is read by jmespath, not python")
        return self

    def setting_problems(self, config: Mapping[str, ConfigSetting]) -> Iterator[FieldProblem]:
        """Report a problem unless the key's setting exists, and is a secret if required."""
        auth = self.auth.sdk_auth()
        field = "key" if isinstance(auth, HttpSignatures) else "secret"
        if auth.secret:
            yield from secret_problems(("callback", "auth", field), auth.key, config)
        elif auth.key not in config:
            yield ("callback", "auth", field), f"there is no setting {auth.key} in config"
