"""鹿鸣音乐: GraphQL with a schema of its own. A listener's nickname comes from another service,
which is too slow for the first lookup of a number: an answer with a part missing."""

from __future__ import annotations

from collections.abc import Mapping

from jiebang.sandbox import formats, graphql
from jiebang.sandbox.accounts import Account
from jiebang.sandbox.answers import Answer, ParsedRequest, as_object
from jiebang.sandbox.graphql import FieldError
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-luming-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="luming",
    zh="鹿鸣音乐",
    en="Luming Music",
    category="media",
    number_format="E164",
    date_format="date",
    idempotency="key",
    credentials={"token": TOKEN},
)
PAGE = 3
SCHEMA = '''"""The part of Luming Music that partners may use."""
type Query {
  """Who listens with this number (E.164), a few at a time."""
  listeners(phone: String!, after: String): ListenerPage!
}

type Mutation {
  """Take the number away from a listener. The account stays."""
  detachPhone(input: OrderInput!): Order
  """Call the listener no more, and send no messages."""
  stopContact(input: OrderInput!): Order
}

type ListenerPage {
  nodes: [Listener!]!
  total: Int!
  """Where the next page begins; null after the last one."""
  next: String
}

type Listener {
  id: ID!
  """Null while the service that knows it is out of reach; then errors say so."""
  nickname: String
  """The day the number was bound, 2024-03-01."""
  boundOn: String!
}

input OrderInput {
  listenerId: ID!
  phone: String!
  """The same order has the same key."""
  key: String!
}

type Order {
  state: OrderState!
}

enum OrderState {
  DONE
  ALREADY_DONE
}
'''
DONE = {
    OrderOutcome.DONE: Answer(body={"state": "DONE"}),
    OrderOutcome.ALREADY: Answer(body={"state": "ALREADY_DONE"}),
    OrderOutcome.NO_SUCH_ACCOUNT: Answer(404, "LISTENER_NOT_FOUND"),
}
KEY_REUSED = Answer(422, "KEY_REUSED")
BAD_INPUT = FieldError("BAD_INPUT", "the number or the key is missing or wrong")


def _node(account: Account) -> dict[str, object]:
    bound_on = formats.day(account.bound_at)
    return {"id": account.id, "nickname": account.nickname, "boundOn": bound_on}


def register_routes(site: Site) -> None:
    seen: set[str] = set()

    def listeners(given: Mapping[str, object]) -> object:
        number, after = formats.e164(str(given.get("phone"))), str(given.get("after") or "0")
        if number is None or not after.isdigit():
            raise BAD_INPUT
        found, start = site.bound_accounts(number), int(after)
        nodes = [_node(account) for account in found[start : start + PAGE]]
        end = start + PAGE
        page: dict[str, object] = {
            "nodes": nodes,
            "total": len(found),
            "next": str(end) if end < len(found) else None,
        }
        if nodes and number not in seen:
            seen.add(number)
            nodes[0]["nickname"] = None
            raise FieldError(
                "PROFILES_OUT_OF_REACH",
                "the service with the names did not answer in time",
                partial=page,
                at=("nodes", 0, "nickname"),
            )
        return page

    def order(given: Mapping[str, object], operation: Operation) -> object:
        asked = as_object(given.get("input"))
        number = formats.e164(str(asked.get("phone")))
        listener, key = asked.get("listenerId"), asked.get("key")
        if not (number and isinstance(listener, str) and listener and isinstance(key, str) and key):
            raise BAD_INPUT
        answer = site.run_order(operation, Order(key, listener, number), DONE, KEY_REUSED)
        if answer.status != 200:
            raise FieldError(str(answer.body), "the order was not carried out")
        return answer.body

    def serve(parsed: ParsedRequest) -> Answer:
        return graphql.execute(
            parsed,
            {"listeners": listeners},
            {
                "detachPhone": lambda given: order(given, Operation.UNBIND),
                "stopContact": lambda given: order(given, Operation.CONTACT_STOP),
            },
        )

    site.guard(
        lambda parsed: parsed.has_bearer(TOKEN),
        Answer(body=graphql.error_result("UNAUTHENTICATED", "the token is invalid")),
    )
    site.route("POST", "/graphql", serve, writes=graphql.is_mutation)
    site.route("GET", "/schema.graphql", lambda _: Answer(body=SCHEMA, media_type="text/plain"))
