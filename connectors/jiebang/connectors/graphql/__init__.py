"""The kind `graphql`: a platform's GraphQL interface, described with documents and no code."""

from jiebang.connectors.graphql.drift import Drift, drift
from jiebang.connectors.graphql.kind import GraphqlKind
from jiebang.connectors.graphql.lock import Difference, differences

__all__ = ["Difference", "Drift", "GraphqlKind", "differences", "drift"]
