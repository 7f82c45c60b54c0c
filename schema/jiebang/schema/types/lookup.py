"""The answer to a lookup: the accounts registered with a number."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import cast

import strawberry

from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.domain.phone_number import mask_number
from jiebang.gateway.domain.status import Outcome, UnknownReason
from jiebang.gateway.domain.tenure import Basis
from jiebang.gateway.views.lookup_view import (
    LookupProgress,
    LookupStream,
    LookupSummary,
    LookupView,
    SensitiveView,
)
from jiebang.gateway.views.projection import PlatformView
from jiebang.schema.context import ResolverInfo
from jiebang.schema.extensions.incremental import is_streamed
from jiebang.schema.resolvers import resolver
from jiebang.schema.types.account import Account
from jiebang.schema.types.guide import Guide
from jiebang.schema.types.platform import PersonStep, Platform
from jiebang.sdk import Category, ErrorCode


@strawberry.type(description="How many platforms gave which answer.")
class Summary:
    asked: int = strawberry.field(description="Platforms queried.")
    bound: int = strawberry.field(description="Platforms with accounts.")
    not_bound: int = strawberry.field(description="Platforms that confirmed there is no account.")
    unknown: int = strawberry.field(description="Platforms whose answer is unknown.")
    pending: int = strawberry.field(description="Platforms that answer later.")
    needs_action: int = strawberry.field(description="Platforms where the user has to act first.")
    guidance: int = strawberry.field(description="Platforms with only manual steps.")

    @classmethod
    def of(cls, view: LookupSummary) -> Summary:
        return cls(
            asked=view.asked,
            bound=view.bound,
            not_bound=view.not_bound,
            unknown=view.unknown,
            pending=view.pending,
            needs_action=view.needs_action,
            guidance=view.guidance,
        )


@strawberry.type(description="One platform's answer.")
class PlatformResult:
    platform: Platform = strawberry.field(description="The platform.")
    outcome: Outcome = strawberry.field(description="What is known.")
    connector: str | None = strawberry.field(description="The connector that answered.")
    accounts: list[Account] = strawberry.field(description="Only with BOUND.")
    reason: UnknownReason | None = strawberry.field(description="Only with UNKNOWN.")
    error: ErrorCode | None = strawberry.field(description="Only with UNKNOWN, for operators.")
    retry_at: datetime | None = strawberry.field(description="When asking again may help.")
    expected_by: datetime | None = strawberry.field(description="Only with PENDING.")
    needs: PersonStep | None = strawberry.field(description="Only with NEEDS_ACTION.")
    guide: Guide | None = strawberry.field(description="The manual steps, if known.")

    @classmethod
    def of(cls, view: PlatformView, language: str) -> PlatformResult:
        return cls(
            platform=Platform.of(view.platform, language),
            outcome=view.outcome,
            connector=view.connector,
            accounts=[Account.of(one) for one in view.accounts],
            reason=view.reason,
            error=view.error,
            retry_at=view.retry_at,
            expected_by=view.expected_by,
            needs=PersonStep.of(view.needs) if view.needs else None,
            guide=Guide.of(view.guide, language) if view.guide else None,
        )


@strawberry.type(
    description="Platforms of one sensitive category, only counted: which ones they are concerns "
    "only the previous holder."
)
class SensitiveGroup:
    category: Category = strawberry.field(description="The category.")
    asked: int = strawberry.field(description="Platforms queried.")
    bound: int = strawberry.field(description="Platforms with accounts.")
    unknown: int = strawberry.field(description="Platforms without a definite answer so far.")
    accounts: list[Account] = strawberry.field(description="The accounts, without their platform.")

    @classmethod
    def of(cls, view: SensitiveView) -> SensitiveGroup:
        return cls(
            category=view.category,
            asked=view.asked,
            bound=view.bound,
            unknown=view.unknown,
            accounts=[Account.of(one) for one in view.accounts],
        )


@strawberry.type(description="The accounts registered with a number, platform by platform.")
class RegisteredAccounts:
    number: str = strawberry.field(description="Masked: 138****1234.")
    basis: Basis = strawberry.field(description="The caller's basis.")
    #: A stream where the answer is delivered as it arrives.
    found: strawberry.Private[LookupView | LookupStream]
    language: strawberry.Private[str]

    @resolver("The counts, sensitive platforms included.")
    async def summary(self) -> Summary:
        return Summary.of((await self._complete_view()).summary)

    @resolver(
        "One answer per platform. With `@stream` each is delivered as it arrives, in that order."
    )
    def platforms(self, info: ResolverInfo) -> strawberry.Streamable[PlatformResult]:
        if isinstance(self.found, LookupStream) and is_streamed(info):
            return self._stream_platforms(self.found)
        return cast(
            "AsyncGenerator[PlatformResult]", self._list_platforms()
        )  # graphql-core accepts either

    @resolver("Sensitive platforms, which a new holder only gets as counts.")
    async def sensitive(self) -> list[SensitiveGroup]:
        return [SensitiveGroup.of(one) for one in (await self._complete_view()).sensitive]

    async def _complete_view(self) -> LookupView:
        return (
            self.found if isinstance(self.found, LookupView) else await self.found.complete_view()
        )

    async def _list_platforms(self) -> list[PlatformResult]:
        return [
            PlatformResult.of(one, self.language) for one in (await self._complete_view()).platforms
        ]

    async def _stream_platforms(self, answer: LookupStream) -> AsyncGenerator[PlatformResult]:
        async with aclosing(answer.visible_views()) as views:
            async for view in views:
                yield PlatformResult.of(view, self.language)

    @classmethod
    def of(
        cls, request: LookupRequest, found: LookupView | LookupStream, language: str
    ) -> RegisteredAccounts:
        return cls(
            number=mask_number(request.number),
            basis=request.basis,
            found=found,
            language=language,
        )


@strawberry.type(description="One step of an answer as it arrives.")
class RegisteredAccountsProgress:
    asked: int = strawberry.field(description="Platforms queried.")
    answered: int = strawberry.field(description="Platforms that have answered so far.")
    platform: PlatformResult | None = strawberry.field(
        description="The answer that arrived; null if it is only counted, and in the last step."
    )
    result: RegisteredAccounts | None = strawberry.field(
        description="The complete answer, in the last step only."
    )

    @classmethod
    def of(
        cls, request: LookupRequest, step: LookupProgress, language: str
    ) -> RegisteredAccountsProgress:
        result = step.result
        return cls(
            asked=step.asked,
            answered=step.answered,
            platform=PlatformResult.of(step.platform, language) if step.platform else None,
            result=RegisteredAccounts.of(request, result, language) if result else None,
        )
