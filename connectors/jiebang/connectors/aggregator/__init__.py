"""The kind `aggregator`: one interface for many platforms, which it lists itself."""

from jiebang.connectors.aggregator.connector import AggregatorConnector
from jiebang.connectors.aggregator.kind import AggregatorKind

__all__ = ["AggregatorConnector", "AggregatorKind"]
