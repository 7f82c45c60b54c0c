"""A manifest of kind `graphql` as a whole."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from jiebang.connectors.manifest.field import Model, Str
from jiebang.connectors.manifest.template import Template
from jiebang.connectors.rest.model import Acting, Interface, Looking, Withdrawing
from jiebang.connectors.rest.request import Compiled, PathTemplate


class Asked(Model):
    """What is asked: a document, in the manifest or in a file beside it, and its variables."""

    document: Str = Field(description="a GraphQL document, or the name of a .graphql file")
    operation: Str | None = None
    variables: Annotated[dict[Str, Any], Field(default_factory=dict), Compiled]


class LookupAsked(Looking, Asked):
    """A question."""


class ActionAsked(Acting, Asked):
    """An order, or how far it is."""


class WithdrawAsked(Withdrawing, Asked):
    """Taking an order back."""


class Graphql(Interface[LookupAsked, ActionAsked, WithdrawAsked]):
    """The manifest of kind `graphql`."""

    path: PathTemplate = Template.of("/graphql")
    schema_lock: Str | None = None

    @field_validator("lookup_batch", "unbind_batch", mode="before")
    @classmethod
    def _one_at_a_time(cls, value: object) -> object:
        if value is not None:
            raise ValueError("only rest manifests ask for many at once; leave this out")
        return value
