"""The assembled schema and its SDL, the contract in ``schema.graphql``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import strawberry
from graphql import GraphQLError
from strawberry.extensions import (
    AddValidationRules,
    MaxTokensLimiter,
    ValidationCache,
)
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext, Info

from jiebang.schema.context import Context
from jiebang.schema.entities import resolve_entities
from jiebang.schema.extensions.access import AccessControl
from jiebang.schema.extensions.incremental import IncrementalDelivery
from jiebang.schema.extensions.limits import MAX_TOKENS, CachedParsing, validation_rules
from jiebang.schema.extensions.masking import ErrorMasking
from jiebang.schema.mutation import Mutation
from jiebang.schema.query import Query
from jiebang.schema.subscription import Subscription

#: The printed schema; a test keeps it equal to `print_schema()`.
SDL_FILE = Path(__file__).with_name("schema.graphql")
#: The schema promised to clients; docs/versions.md says when it is updated.
RELEASED_FILE = Path(__file__).with_name("released.graphql")


class Schema(strawberry.federation.Schema):
    """Resolves entities one by one, and leaves logging to `jiebang.schema.errors`."""

    async def entities_resolver(  # type: ignore[override]  # awaited all the same
        self, info: Info[Context, None], representations: list[FederationAny]
    ) -> list[FederationAny]:
        found = await resolve_entities(info.context, representations)
        return found  # type: ignore[return-value]  # strawberry puts the real type in its place

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Do nothing: strawberry's own implementation logs the text of the query."""

    @staticmethod
    def remove_field_suggestion(error: GraphQLError) -> None:
        """Also remove suggestions for arguments, types and values; strawberry handles fields."""
        if (said := error.message.partition(" Did you mean "))[1]:
            error.message = said[0]


@cache
def build_schema(*, introspection: bool) -> Schema:
    """Build the schema; with `introspection` it also answers introspection and suggests names."""
    validation = validation_rules(introspection=introspection)
    return Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        federation_version="2.9",
        config=StrawberryConfig(
            disable_field_suggestions=not introspection,
            enable_experimental_incremental_execution=True,
        ),
        extensions=[
            ErrorMasking,
            lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
            lambda: AddValidationRules(validation),
            lambda: CachedParsing(maxsize=128),
            lambda: ValidationCache(maxsize=128),
            lambda: AccessControl(introspection=introspection),
            IncrementalDelivery,
        ],
    )


def print_schema() -> str:
    """Return the SDL, with the directives of Apollo Federation 2.9."""
    return build_schema(introspection=False).as_str() + "\n"
