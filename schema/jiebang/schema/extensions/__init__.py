"""What runs around every operation: access, limits, masking of errors, delivery in pieces."""
