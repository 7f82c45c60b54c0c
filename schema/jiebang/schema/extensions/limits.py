"""Size limits of a document, checked before execution; each fragment is measured once.

The size of the request body is limited by the process; tokens are counted while parsing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace

from graphql import (
    ASTValidationRule,
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
)
from graphql.validation import MaxIntrospectionDepthRule
from strawberry.extensions import ParserCache

from jiebang.gateway.domain.wording import Wording
from jiebang.schema.extensions.incremental import DIRECTIVES

#: Tokens of a document.
MAX_TOKENS = 1000


@dataclass(frozen=True, slots=True)
class OperationSize:
    """The size of an operation. `roots` are its root fields: each may query every platform.
    `incremental` are its ``@defer`` and ``@stream``, which also count as directives."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    incremental: int = 0
    roots: int = 0

    def combine(self, other: OperationSize) -> OperationSize:
        return OperationSize(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.incremental + other.incremental,
            self.roots + other.roots,
        )


MAX_SIZE = OperationSize(depth=8, fields=500, aliases=15, directives=20, incremental=5, roots=5)


class SizeRule(ValidationRule):
    """Rejects an operation larger than `MAX_SIZE`. Introspection has its own rule."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        memo: dict[str, OperationSize] = {}

        def measure(selection_set: SelectionSetNode) -> OperationSize:
            total = OperationSize()
            for selection in selection_set.selections:
                own = _directive_size(selection.directives)
                if isinstance(selection, FragmentSpreadNode):
                    own = own.combine(measure_fragment(selection.name.value))
                elif isinstance(selection, FieldNode):
                    own = own.combine(measure_field(selection))
                elif isinstance(selection, InlineFragmentNode):
                    own = own.combine(measure(selection.selection_set))
                total = total.combine(own)
            return total

        def measure_fragment(name: str) -> OperationSize:
            if name not in memo:
                memo[name] = OperationSize()  # ends a cycle, which another rule reports
                if (fragment := self.context.get_fragment(name)) is not None:
                    memo[name] = measure(fragment.selection_set)
            return memo[name]

        def measure_field(node: FieldNode) -> OperationSize:
            aliases = int(node.alias is not None)
            if node.name.value.startswith("__"):
                return OperationSize(fields=1, aliases=aliases, roots=1)
            inner = measure(node.selection_set) if node.selection_set else OperationSize()
            return replace(
                inner,
                depth=inner.depth + 1,
                fields=inner.fields + 1,
                aliases=inner.aliases + aliases,
                roots=1,
            )

        size = measure(node.selection_set).combine(_directive_size(node.directives))
        for limit in fields(OperationSize):
            found, most = getattr(size, limit.name), getattr(MAX_SIZE, limit.name)
            if found > most:
                self.report_error(
                    GraphQLError(
                        Wording(
                            "Too large: {what} is {found}, at most {most}.",
                            what=limit.name,
                            found=found,
                            most=most,
                        ),
                        node,
                    )
                )


def _directive_size(nodes: Sequence[DirectiveNode] | None) -> OperationSize:
    names = [node.name.value for node in nodes or ()]
    return OperationSize(
        directives=len(names), incremental=sum(name in DIRECTIVES for name in names)
    )


class CachedParsing(ParserCache):
    """Caches parsed documents. Invalid texts are left to strawberry, which parses them again and
    reports the error; an error raised here would break a stream."""

    def on_parse(self) -> Iterator[None]:
        execution = self.execution_context
        with suppress(GraphQLError):
            execution.graphql_document = self.cached_parse_document(
                execution.query, **execution.parse_options
            )
        yield


def validation_rules(*, introspection: bool) -> list[type[ASTValidationRule]]:
    """Return the same classes every time, so that validation can be cached."""
    if introspection:
        return [SizeRule, MaxIntrospectionDepthRule]
    return [SizeRule, NoSchemaIntrospectionCustomRule]
