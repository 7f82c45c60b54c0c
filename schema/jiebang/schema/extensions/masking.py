"""Holds every result, whole or streamed, against `errors.presented` before it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError, InitialIncrementalExecutionResult
from graphql.execution import SubsequentIncrementalExecutionResult
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ExecutionResult

from jiebang.schema.context import Context
from jiebang.schema.errors import presented


class _Told(Protocol):
    """Whatever carries errors to the client."""

    errors: list[GraphQLError] | None


class Masking(SchemaExtension):
    """The first of the extensions, so that it sees what all others leave behind."""

    def on_operation(self) -> Iterator[None]:
        yield
        self._mask(self.execution_context.result)

    def on_stream_result(self, result: object) -> Iterator[None]:
        self._mask(result)
        yield

    def _mask(self, result: object) -> None:
        if isinstance(result, CoreResult | ExecutionResult | InitialIncrementalExecutionResult):
            self._present(result)
        elif isinstance(result, SubsequentIncrementalExecutionResult):
            for piece in result.incremental or ():
                self._present(piece)
            for end in result.completed or ():
                self._present(end)

    def _present(self, told: _Told) -> None:
        if told.errors:
            context: Context = self.execution_context.context
            told.errors = presented(
                told.errors, stranger=context.caller is None, language=context.language
            )
