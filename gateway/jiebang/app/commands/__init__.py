"""The commands of `jiebang`, one module each: plain functions that the command line wires up."""
