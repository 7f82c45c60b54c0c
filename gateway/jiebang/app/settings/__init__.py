"""Settings: their sources, meaning and validation."""
