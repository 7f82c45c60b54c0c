"""Entities of a federated supergraph, which other services reference by key.

Each representation is resolved separately: an invalid one is an error in its own place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

from graphql import GraphQLError

from jiebang.gateway.domain.errors import OutOfRange, Reason
from jiebang.gateway.domain.wording import Wording
from jiebang.schema.context import Context
from jiebang.schema.errors import request_error
from jiebang.schema.query import find_platform, find_renewal
from jiebang.schema.types.platform import Platform
from jiebang.schema.types.renewal import Renewal

MAX_REPRESENTATIONS = 100

Entity = Platform | Renewal


async def _find_platform(context: Context, id: str) -> Entity:
    return find_platform(context, id)


_FINDERS: Mapping[str, Callable[[Context, str], Awaitable[Entity]]] = {
    "Platform": _find_platform,
    "Renewal": find_renewal,
}


async def resolve_entities(
    context: Context, representations: Sequence[object]
) -> list[Entity | Exception]:
    """Return one entity or error for each, in order; duplicates are resolved once. Raises
    `OutOfRange` for too many."""
    if len(representations) > MAX_REPRESENTATIONS:
        raise OutOfRange(
            Reason.SELECTION_TOO_LARGE,
            Wording("At most {most} representations at a time.", most=MAX_REPRESENTATIONS),
            field="representations",
        )
    asked = [_entity_key(one) for one in representations]
    wanted = list(dict.fromkeys(key for key in asked if not isinstance(key, GraphQLError)))
    found = await asyncio.gather(
        *(_FINDERS[kind](context, id) for kind, id in wanted), return_exceptions=True
    )
    entities: dict[tuple[str, str], Entity | Exception] = {}
    for key, entity in zip(wanted, found, strict=True):
        if isinstance(entity, BaseException) and not isinstance(entity, Exception):
            raise entity
        entities[key] = entity
    return [key if isinstance(key, GraphQLError) else entities[key] for key in asked]


def _entity_key(representation: object) -> tuple[str, str] | GraphQLError:
    """Return the type and id in a representation."""
    if isinstance(representation, Mapping):
        given = cast("Mapping[str, object]", representation)
        kind, id = given.get("__typename"), given.get("id")
        if isinstance(kind, str) and kind in _FINDERS and isinstance(id, str):
            return kind, id
    return request_error(
        Wording("A representation is a {kinds} with its `id`.", kinds=" or ".join(_FINDERS))
    )
