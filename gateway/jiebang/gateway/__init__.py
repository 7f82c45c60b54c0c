"""The service: authorization, lookups, eligibility, renewals and the journal.

GraphQL and web frameworks are not used here; connectors are reached only through `jiebang.sdk`.
"""
