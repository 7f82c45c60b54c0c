"""``@defer`` and ``@stream``: deliver parts to clients that accept them, else one response."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from graphql import (
    BREAK,
    REMOVE,
    DirectiveNode,
    DocumentNode,
    GraphQLDeferDirective,
    GraphQLStreamDirective,
    Visitor,
    VisitorAction,
    parse,
    visit,
)
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from jiebang.gateway.domain.wording import Wording
from jiebang.schema.context import Context, ResolverInfo
from jiebang.schema.errors import request_error

#: The directives for incremental delivery.
DIRECTIVES = frozenset({GraphQLDeferDirective.name, GraphQLStreamDirective.name})

_NOT_IN_SUBSCRIPTIONS = Wording(
    "@defer and @stream are not supported in subscriptions: remove them."
)
_NOT_OVER_SOCKETS = Wording("@defer and @stream are not supported over WebSocket: remove them.")


class IncrementalDelivery(SchemaExtension):
    """Runs after validation. Where a single response is needed, the directives are removed from the
    document, since they permit parts but never require them. WebSockets and subscriptions cannot
    transport parts and refuse them."""

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        text = execution.query or ""
        if not execution.pre_execution_errors and has_incremental_directives(text):
            context: Context = execution.context
            subscribes = execution.operation_type is OperationType.SUBSCRIPTION
            if context.is_websocket or subscribes:
                execution.pre_execution_errors = [
                    request_error(_NOT_IN_SUBSCRIPTIONS if subscribes else _NOT_OVER_SOCKETS)
                ]
            elif not context.incremental:
                execution.graphql_document = _strip_directives(text)
        yield


def is_streamed(info: ResolverInfo) -> bool:
    """Return whether the field being resolved is delivered item by item."""
    found = (field.directives.get(GraphQLStreamDirective.name) for field in info.selected_fields)
    return any(stream is not None and stream.get("if", True) for stream in found)


def has_incremental_directives(text: str) -> bool:
    """Return whether this valid document uses one of the directives."""
    return any(name in text for name in DIRECTIVES) and _has_directives(text)


@lru_cache(maxsize=128)
def _has_directives(text: str) -> bool:
    found = False

    class Search(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: object) -> VisitorAction:
            nonlocal found
            found = found or node.name.value in DIRECTIVES
            return BREAK if found else None

    visit(parse(text), Search())
    return found


@lru_cache(maxsize=128)
def _strip_directives(text: str) -> DocumentNode:
    class Remove(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: object) -> VisitorAction:
            return REMOVE if node.name.value in DIRECTIVES else None

    whole: DocumentNode = visit(parse(text), Remove())
    return whole
