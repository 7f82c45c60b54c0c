"""The output types: plain data from the gateway's views, in the request's language."""
