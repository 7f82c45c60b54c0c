"""The manifest of kind `graphql`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from jiebang.connectors.manifest.field import Model, Str
from jiebang.connectors.manifest.template import Template
from jiebang.connectors.rest.model import ActionRules, HttpManifest, LookupRules, WithdrawRules
from jiebang.connectors.rest.request import Compiled, PathTemplate


class DocumentSection(Model):
    """What is sent: a document, in the manifest or in a file beside it, and its variables."""

    document: Str = Field(description="a GraphQL document, or the name of a .graphql file")
    operation: Str | None = None
    variables: Annotated[dict[Str, Any], Field(default_factory=dict), Compiled]


class LookupAsked(LookupRules, DocumentSection):
    """A lookup."""


class ActionAsked(ActionRules, DocumentSection):
    """An order, or a request for its status."""


class WithdrawAsked(WithdrawRules, DocumentSection):
    """The withdrawal of an order."""


class Graphql(HttpManifest[LookupAsked, ActionAsked, WithdrawAsked]):
    """A manifest of kind `graphql`."""

    path: PathTemplate = Template.parse("/graphql")
    schema_lock: Str | None = None

    @field_validator("lookup_batch", "unbind_batch", mode="before")
    @classmethod
    def _refuse_batches(cls, value: object) -> object:
        if value is not None:
            raise ValueError("only rest manifests can batch; leave this out")
        return value
