"""The connectors and platforms: which serves which, and what is known about both."""
