"""Which connector speaks for which platform, and what is known about both."""
