"""The kind `aggregator`: one interface for many platforms, which the service itself lists."""

from jiebang.connectors.aggregator.connector import AggregatorConnector
from jiebang.connectors.aggregator.kind import AggregatorKind

__all__ = ["AggregatorConnector", "AggregatorKind"]
