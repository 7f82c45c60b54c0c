"""The subscriptions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, TypeVar

import strawberry

from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.domain.errors import Reason, Unauthenticated
from jiebang.gateway.domain.wording import Wording
from jiebang.schema.context import ResolverInfo
from jiebang.schema.cursor import decode_seq
from jiebang.schema.global_id import IdKind, decode_id
from jiebang.schema.inputs import Deadline, Number, Platforms, TenureArgument
from jiebang.schema.query import authorize_lookup
from jiebang.schema.resolvers import subscription
from jiebang.schema.types.lookup import RegisteredAccountsProgress
from jiebang.schema.types.renewal import RenewalProgress

T = TypeVar("T")


@strawberry.type(description="The subscriptions.")
class Subscription:
    @subscription("The events of a renewal, past ones first, until it ends.")
    async def renewal_progress(
        self,
        info: ResolverInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="The renewal's id.")],
        after: Annotated[
            str | None, strawberry.argument(description="Continue after this event's `cursor`.")
        ] = None,
    ) -> AsyncGenerator[RenewalProgress]:
        context = info.context
        caller, renewal = context.require_caller(), decode_id(id, IdKind.RENEWAL)
        steps = context.services.renewals.follow(caller, renewal, after=decode_seq(after, renewal))
        async with aclosing(stop_at_expiry(caller, steps)) as valid_steps:
            async for step in valid_steps:
                yield RenewalProgress.of(step, context.language)

    @subscription(
        "The answer to `registeredAccounts` as it arrives, platform by platform; the last step "
        "contains all of it."
    )
    async def registered_accounts_progress(
        self,
        info: ResolverInfo,
        number: Number = None,
        tenure: TenureArgument = None,
        platforms: Platforms = None,
        deadline_ms: Deadline = None,
    ) -> AsyncGenerator[RegisteredAccountsProgress]:
        context = info.context
        request = authorize_lookup(context, number, tenure, platforms)
        async with aclosing(context.services.lookups.follow(request, deadline_ms)) as steps:
            async for step in steps:
                yield RegisteredAccountsProgress.of(request, step, context.language)


async def stop_at_expiry(caller: Caller, steps: AsyncGenerator[T]) -> AsyncGenerator[T]:
    """Yield the steps while the caller's token is valid. Raises `Unauthenticated` afterwards."""
    async with aclosing(steps):
        while True:
            validity = asyncio.timeout(caller.until - time.time())
            try:
                async with validity:
                    step = await anext(steps)
            except StopAsyncIteration:
                return
            except TimeoutError:
                if not validity.expired():
                    raise
                raise Unauthenticated(
                    Reason.TOKEN_REFUSED,
                    Wording("The token has expired: get a new one."),
                    hint=Wording("Send a token from a configured issuer."),
                ) from None
            yield step
