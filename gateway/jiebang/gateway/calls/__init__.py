"""One call to a connector: authorized, rate limited, batched, bounded in time, validated."""
