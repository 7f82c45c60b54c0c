"""The GraphQL schema: types, operations, limits, and the view that serves them over ASGI."""

from jiebang.schema import enums  # first of all: see there

__all__ = ["enums"]
