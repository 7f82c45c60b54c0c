"""The GraphQL schema: types, operations, limits, and the ASGI view that serves them."""

from jiebang.schema import enums  # first of all: see there

__all__ = ["enums"]
