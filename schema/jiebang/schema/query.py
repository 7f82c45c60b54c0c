"""The queries."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.domain.caller import Scope
from jiebang.gateway.domain.errors import NotFound, Reason
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.recycling import recycling
from jiebang.schema.context import Context, ResolverInfo
from jiebang.schema.cursor import decode_place
from jiebang.schema.global_id import IdKind, decode_id
from jiebang.schema.inputs import (
    Deadline,
    Number,
    Platforms,
    TenureArgument,
    TenureInput,
    to_tenure,
)
from jiebang.schema.resolvers import resolver
from jiebang.schema.types.connection import PlatformConnection, RenewalConnection
from jiebang.schema.types.coverage import Coverage, RecyclingVerdict
from jiebang.schema.types.lookup import RegisteredAccounts
from jiebang.schema.types.platform import Platform
from jiebang.schema.types.renewal import Renewal
from jiebang.sdk import Category

First = Annotated[int, strawberry.argument(description="Entries per page, 1 to 100.")]
After = Annotated[
    str | None, strawberry.argument(description="The `endCursor` of the previous page.")
]


@strawberry.type(description="The queries.")
class Query:
    @resolver(
        "The accounts registered with this number. All platforms are queried concurrently; one "
        "that fails is UNKNOWN and does not affect the others."
    )
    async def registered_accounts(
        self,
        info: ResolverInfo,
        number: Number = None,
        tenure: TenureArgument = None,
        platforms: Platforms = None,
        deadline_ms: Deadline = None,
    ) -> RegisteredAccounts:
        context = info.context
        request = authorize_lookup(context, number, tenure, platforms)
        answer = await context.services.lookups.begin(request, deadline_ms)
        found = answer if context.incremental else await answer.complete_view()
        return RegisteredAccounts.of(request, found, context.language)

    @resolver("The platforms that can be looked up, by id.")
    def platforms(
        self,
        info: ResolverInfo,
        category: Annotated[
            Category | None, strawberry.argument(description="Only those of this category.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> PlatformConnection:
        context = info.context
        wanted = [
            Platform.of(one, context.language)
            for one in context.services.catalogue.platforms.values()
            if category in (None, one.category)
        ]
        return PlatformConnection.of(wanted, first, after)

    @resolver("One platform.")
    def platform(
        self,
        info: ResolverInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="The platform's id.")],
    ) -> Platform | None:
        return find_platform(info.context, id)

    @resolver("What is connected, and how well it answers.")
    def coverage(self) -> Coverage:
        return Coverage()

    @resolver("One renewal.")
    async def renewal(
        self,
        info: ResolverInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="The renewal's id.")],
    ) -> Renewal | None:
        return await find_renewal(info.context, id)

    @resolver("The caller's renewals, newest first.")
    async def renewals(
        self,
        info: ResolverInfo,
        number: Annotated[
            str | None, strawberry.argument(description="Only those about this number.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> RenewalConnection:
        context = info.context
        before = decode_place(after) if after is not None else None
        views, more = await context.services.renewals.page(
            context.require_caller(), number=number, first=first, before=before
        )
        return RenewalConnection.of(views, more, after, context.language)

    @resolver("Whether the number has changed hands since a date.")
    def recycling_verdict(
        self,
        info: ResolverInfo,
        since: Annotated[
            date, strawberry.argument(description="When the number's holder was last known.")
        ],
        number: Number = None,
        tenure: TenureArgument = None,
    ) -> RecyclingVerdict:
        request = authorize_lookup(info.context, number, tenure, None)
        return RecyclingVerdict.of(recycling(request, since))


def authorize_lookup(
    context: Context,
    number: str | None,
    tenure: TenureInput | None,
    platforms: list[strawberry.ID] | None,
) -> LookupRequest:
    """Authorize the lookup. Raises `GatewayError`."""
    return context.services.requests.authorize(
        context.require_caller(),
        number,
        to_tenure(tenure),
        platforms,
        scope=Scope.ACCOUNTS_READ,
    )


def find_platform(context: Context, id: str) -> Platform:
    """Return the platform. Raises `NotFound`."""
    if (found := context.services.catalogue.platforms.get(id)) is None:
        raise NotFound(
            Reason.PLATFORM_UNKNOWN,
            Wording("There is no such platform."),
            field="id",
            hint=Wording("Query `platforms` for the list of ids."),
        )
    return Platform.of(found, context.language)


async def find_renewal(context: Context, id: str) -> Renewal:
    """Return the renewal. Raises `NotFound`, also for another caller's."""
    caller, key = context.require_caller(), decode_id(id, IdKind.RENEWAL)
    return Renewal.of(await context.services.renewals.get(caller, key), context.language)
