"""Authentication: tokens, key sets and the keys of this installation."""
