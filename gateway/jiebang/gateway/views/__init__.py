"""The only way from answers to callers: what each basis may see."""
