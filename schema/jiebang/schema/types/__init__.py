"""The output types: plain carriers of the gateway's views, in the request's language."""
