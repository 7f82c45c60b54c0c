"""Extensions of every operation: access, limits, error masking, incremental delivery."""
