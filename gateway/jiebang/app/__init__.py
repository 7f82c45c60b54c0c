"""The process: settings, authentication, the composition root, servers and the command line."""
