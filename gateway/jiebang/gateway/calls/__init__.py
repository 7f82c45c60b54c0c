"""One call to a connector: admitted, limited, batched, bounded in time, validated."""
