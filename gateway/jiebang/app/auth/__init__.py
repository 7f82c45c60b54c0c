"""Who is calling: tokens, key sets and the keys of this installation."""
