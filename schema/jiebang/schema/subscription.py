"""What can be followed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from jiebang.schema.context import Asked
from jiebang.schema.cursors import decode_seq
from jiebang.schema.ids import Kind, decode_id
from jiebang.schema.inputs import Deadline, Number, Platforms, TenureArgument
from jiebang.schema.query import admit
from jiebang.schema.resolvers import subscription
from jiebang.schema.types.lookup import RegisteredAccountsProgress
from jiebang.schema.types.renewal import RenewalProgress


@strawberry.type(description="What can be followed.")
class Subscription:
    @subscription("What happens in a renewal, past events first, until its own end.")
    async def renewal_progress(
        self,
        info: Asked,
        id: Annotated[strawberry.ID, strawberry.argument(description="The renewal's id.")],
        after: Annotated[
            str | None, strawberry.argument(description="Go on after this event's `cursor`.")
        ] = None,
    ) -> AsyncGenerator[RenewalProgress]:
        context = info.context
        steps = context.services.renewals.follow(
            context.require_caller(), decode_id(id, Kind.RENEWAL), after=decode_seq(after)
        )
        async with aclosing(steps):
            async for step in steps:
                yield RenewalProgress.of(step, context.language)

    @subscription(
        "The answer to `registeredAccounts` as it comes in, platform by platform; the "
        "last step carries all of it."
    )
    async def registered_accounts_progress(
        self,
        info: Asked,
        number: Number = None,
        tenure: TenureArgument = None,
        platforms: Platforms = None,
        deadline_ms: Deadline = None,
    ) -> AsyncGenerator[RegisteredAccountsProgress]:
        context = info.context
        question = admit(context, number, tenure, platforms)
        async with aclosing(context.services.lookups.follow(question, deadline_ms)) as steps:
            async for step in steps:
                yield RegisteredAccountsProgress.of(question, step, context.language)
