"""Apply `errors.present_errors` to every result, whole or streamed, before it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError, InitialIncrementalExecutionResult
from graphql.execution import SubsequentIncrementalExecutionResult
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ExecutionResult

from jiebang.schema.context import Context
from jiebang.schema.errors import present_errors


class _ErrorCarrier(Protocol):
    """Anything that carries errors to the client."""

    errors: list[GraphQLError] | None


class ErrorMasking(SchemaExtension):
    """Must be the first extension, so that it sees the results of all others."""

    def on_operation(self) -> Iterator[None]:
        yield
        self._mask(self.execution_context.result)

    def on_stream_result(self, result: object) -> Iterator[None]:
        self._mask(result)
        yield

    def _mask(self, result: object) -> None:
        if isinstance(result, CoreResult | ExecutionResult | InitialIncrementalExecutionResult):
            self._mask_errors(result)
        elif isinstance(result, SubsequentIncrementalExecutionResult):
            for piece in result.incremental or ():
                self._mask_errors(piece)
            for end in result.completed or ():
                self._mask_errors(end)

    def _mask_errors(self, carrier: _ErrorCarrier) -> None:
        if carrier.errors:
            context: Context = self.execution_context.context
            carrier.errors = present_errors(
                carrier.errors, is_stranger=context.caller is None, language=context.language
            )
