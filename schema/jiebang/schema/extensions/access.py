"""Access control: one rule for every kind of operation, checked before execution."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from strawberry.extensions import SchemaExtension

from jiebang.gateway.domain.errors import GatewayError
from jiebang.gateway.domain.wording import Wording
from jiebang.schema.context import Context, missing_token
from jiebang.schema.errors import gateway_error, internal_error, request_error

#: Reveals only the schema, like introspection.
SDL_FIELD = "_service"

#: Fields allowed in a URL, which ends up in logs: none of them is about a person.
URL_FIELDS = frozenset({SDL_FIELD, "platform", "platforms", "coverage"})

#: Fields allowed to visitors: they may prove that they hold a number.
VISITOR_FIELDS = frozenset({"requestPossessionCode", "confirmPossession"})


class AccessControl(SchemaExtension):
    """Runs after validation. Unauthenticated callers get `__typename` and, if enabled,
    introspection; visitors may also prove a number.

    A document with several operations must name one; strawberry would run the first.
    """

    def __init__(self, *, introspection: bool) -> None:
        self._introspection = introspection

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        document = execution.graphql_document
        if document is not None and not execution.pre_execution_errors:
            refusal = self._refusal(document)
            execution.pre_execution_errors = [refusal] if refusal else []
        yield

    def _refusal(self, document: DocumentNode) -> GraphQLError | None:
        name = self.execution_context.operation_name
        operations = [
            one for one in document.definitions if isinstance(one, OperationDefinitionNode)
        ]
        if len(operations) > 1 and not self.execution_context._provided_operation_name:  # pyright: ignore[reportPrivateUsage] - `operation_name` makes one up
            return request_error(Wording("Several operations: `operationName` must name one."))
        operation = next(
            (one for one in operations if one.name and one.name.value == name), operations[0]
        )
        fields = set(root_fields(operation.selection_set, document))
        context: Context = self.execution_context.context
        if context.in_url and not all(one.startswith("__") or one in URL_FIELDS for one in fields):
            return request_error(Wording("Send this by POST, because URLs end up in logs."))
        if SDL_FIELD in fields and not self._introspection:
            return request_error(Wording("GraphQL introspection is disabled."))
        if all(one.startswith("__") or one == SDL_FIELD for one in fields):
            return None
        if context.visitor and all(one.startswith("__") or one in VISITOR_FIELDS for one in fields):
            return None
        return self._authenticate()

    def _authenticate(self) -> GraphQLError | None:
        context: Context = self.execution_context.context
        try:
            if context.identify is not None:
                context.caller = context.identify()
            if context.caller is None:
                raise missing_token()
        except GatewayError as error:
            return gateway_error(error)
        except Exception as error:
            return internal_error(error)
        return None


def root_fields(selection_set: SelectionSetNode, document: DocumentNode) -> Iterator[str]:
    """Yield the names of an operation's root fields, including those in fragments. The document is
    valid, so fragments exist and have no cycles; each is visited once."""
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    todo, seen = [selection_set], set[str]()
    while todo:
        for selection in todo.pop().selections:
            if isinstance(selection, FieldNode):
                yield selection.name.value
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name not in seen:
                    seen.add(name)
                    todo.append(fragments[name].selection_set)
            elif isinstance(selection, InlineFragmentNode):
                todo.append(selection.selection_set)
