"""Holds every result, whole or streamed, against `errors.presented` before it leaves."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import ExecutionResult as CoreResult
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ExecutionResult

from jiebang.schema.context import Context
from jiebang.schema.errors import presented


class Masking(SchemaExtension):
    """The first of the extensions, so that it sees what all others leave behind."""

    def on_operation(self) -> Iterator[None]:
        yield
        self._mask(self.execution_context.result)

    def on_stream_result(self, result: object) -> Iterator[None]:
        self._mask(result)
        yield

    def _mask(self, result: object) -> None:
        if isinstance(result, CoreResult | ExecutionResult) and result.errors:
            context: Context = self.execution_context.context
            result.errors = presented(result.errors, stranger=context.caller is None)
