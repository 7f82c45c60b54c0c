"""The only door from answers to callers: what each basis may see."""
