"""A carrier's own subgraph: its shop's orders, joined to Jiebang's renewals and platforms.

`uvicorn subgraph:app --app-dir schema/examples/carrier` serves it; `sdl` is what a supergraph
composes. Orders live in memory: a carrier has its database there.
"""

from __future__ import annotations

import itertools

import strawberry
from strawberry.asgi import GraphQL

#: The carrier's own words to its customers, by Jiebang's id of the platform.
ADVICE = {
    "dabo": "Our shops lend a card reader for Dabo's identity check.",
    "yunpan": "Save your photos first: customer care cannot bring them back.",
}


def advice_on(root: Platform) -> str | None:
    return ADVICE.get(root.id)


def order_of(root: Renewal) -> Order | None:
    return next((one for one in _orders if one.renewal and one.renewal.id == root.id), None)


def list_orders() -> list[Order]:
    return _orders


def record_order(shop: str, renewal: strawberry.ID) -> Order:
    order = Order(id=strawberry.ID(f"A{next(_ids)}"), shop=shop, renewal=Renewal(id=renewal))
    _orders.append(order)
    return order


@strawberry.federation.type(keys=["id"], description="Jiebang's platform, and our advice on it.")
class Platform:
    id: strawberry.ID = strawberry.field(description="Jiebang's id of it.")
    advice: str | None = strawberry.field(
        resolver=advice_on, description="What our shops tell about it."
    )


@strawberry.federation.type(keys=["id"], description="Jiebang's renewal, and the order it is of.")
class Renewal:
    id: strawberry.ID = strawberry.field(description="Jiebang's id of it.")
    order: Order | None = strawberry.field(
        resolver=order_of, description="What it began with; null: it did not begin in a shop."
    )


@strawberry.type(description="One order taken in one of our shops.")
class Order:
    id: strawberry.ID = strawberry.field(description="Ours.")
    shop: str = strawberry.field(description="Where it was taken.")
    # Nullable: a renewal that Jiebang refuses to tell of must not take the order along.
    renewal: Renewal | None = strawberry.field(description="What became of it.")


_orders: list[Order] = []
_ids = itertools.count(1)


@strawberry.type
class Query:
    orders: list[Order] = strawberry.field(
        resolver=list_orders, description="Every order, the first one first."
    )


@strawberry.type
class Mutation:
    record_order: Order = strawberry.field(
        resolver=record_order, description="Keep which renewal an order led to."
    )


schema = strawberry.federation.Schema(
    query=Query, mutation=Mutation, types=[Platform], federation_version="2.9"
)
sdl = schema.as_str()
app: GraphQL[None, None] = GraphQL(schema)
