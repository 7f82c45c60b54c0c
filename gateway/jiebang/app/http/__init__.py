"""The web server: routes, limits, health, callbacks and the files of the page."""
