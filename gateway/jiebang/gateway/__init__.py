"""The service: who may ask what, whom to ask, what it means, and the journal of what was done.

No GraphQL and no web framework here; connectors are reached only through `jiebang.sdk`.
"""
