"""The demonstration: everything on one machine, with pretend platforms and invented people."""
