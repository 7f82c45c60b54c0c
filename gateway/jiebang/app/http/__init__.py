"""The web server: routes, limits, health checks, callbacks and the files of the page."""
