"""A carrier's renewal service: numbers in on standard input, renewals at Jiebang, a report out."""
