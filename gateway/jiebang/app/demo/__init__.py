"""The demonstration: everything on one machine, with simulated platforms and invented people."""
