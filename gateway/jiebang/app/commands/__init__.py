"""The commands of `jiebang`, one module each: plain functions."""
