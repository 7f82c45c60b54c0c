"""顺道出行: an Apollo subgraph. A number is an entity, fetched by `_entities` as a router would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from jiebang.sandbox import formats, graphql
from jiebang.sandbox.accounts import Account
from jiebang.sandbox.answers import Answer, ParsedRequest, as_object
from jiebang.sandbox.graphql import FieldError
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Order, Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-shundao-key"
PLATFORM = Platform(
    id="shundao",
    zh="顺道出行",
    en="Shundao Rides",
    category="transport",
    number_format="E164",
    date_format="instant",
    idempotency="key",
    credentials={"api_key": KEY},
)
SCHEMA = '''extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])

type Query {
  _entities(representations: [_Any!]!): [_Entity]!
  _service: _Service!
}

type Mutation {
  """Take the number away from a rider. The account stays."""
  releasePhone(input: RiderOrder!): RiderResult
  """Nobody gets in by this number any more, and all sessions end."""
  suspendRider(input: RiderOrder!): RiderResult
}

"""A mobile number, E.164."""
type Phone @key(fields: "number") {
  number: String!
  riders: [Rider!]!
}

type Rider {
  id: ID!
  alias: String
  """The instant the number was bound, with its time zone."""
  boundAt: String!
}

input RiderOrder {
  riderId: ID!
  phone: String!
  requestId: String!
}

type RiderResult {
  result: RiderOutcome!
}

enum RiderOutcome {
  RELEASED
  RELEASED_BEFORE
  SUSPENDED
  SUSPENDED_BEFORE
}

union _Entity = Phone

scalar _Any

type _Service {
  sdl: String!
}
'''
NO_RIDER, KEY_REUSED = Answer(404, "NO_RIDER"), Answer(422, "REQUEST_ID_REUSED")


def _answers(word: str) -> Mapping[OrderOutcome, Answer]:
    return {
        OrderOutcome.DONE: Answer(body={"result": word}),
        OrderOutcome.ALREADY: Answer(body={"result": f"{word}_BEFORE"}),
        OrderOutcome.NO_SUCH_ACCOUNT: NO_RIDER,
    }


RELEASED, SUSPENDED = _answers("RELEASED"), _answers("SUSPENDED")


def _rider(account: Account) -> object:
    bound_at = formats.instant(account.bound_at)
    return {"id": account.id, "alias": account.nickname, "boundAt": bound_at}


def register_routes(site: Site) -> None:
    def phone(representation: object) -> object:
        asked = as_object(representation)
        number = formats.e164(str(asked.get("number")))
        if asked.get("__typename") != "Phone" or number is None:
            raise FieldError("BAD_REPRESENTATION", "not a Phone with a mobile number")
        riders = [_rider(account) for account in site.bound_accounts(number)]
        return {"__typename": "Phone", "number": number, "riders": riders}

    def entities(given: Mapping[str, object]) -> object:
        wanted = given.get("representations")
        if not isinstance(wanted, list):
            raise FieldError("BAD_REPRESENTATION", "expected a list of representations")
        return [phone(one) for one in cast("list[object]", wanted)]

    def order(given: Mapping[str, object], operation: Operation) -> object:
        asked = as_object(given.get("input"))
        number = formats.e164(str(asked.get("phone")))
        rider, key = asked.get("riderId"), asked.get("requestId")
        if not (number and isinstance(rider, str) and isinstance(key, str) and key):
            raise FieldError("BAD_ORDER", "the rider, the number or the requestId is missing")
        answers = RELEASED if operation is Operation.UNBIND else SUSPENDED
        answer = site.run_order(operation, Order(key, rider, number), answers, KEY_REUSED)
        if answer.status != 200:
            raise FieldError(str(answer.body), "the order was not carried out")
        return answer.body

    def serve(parsed: ParsedRequest) -> Answer:
        return graphql.execute(
            parsed,
            {"_entities": entities, "_service": lambda _: {"sdl": SCHEMA}},
            {
                "releasePhone": lambda given: order(given, Operation.UNBIND),
                "suspendRider": lambda given: order(given, Operation.LOCK),
            },
        )

    site.guard(
        lambda parsed: parsed.header("x-api-key") == KEY,
        Answer(401, graphql.error_result("UNAUTHENTICATED", "the key is not known")),
    )
    site.route("POST", "/graphql", serve, writes=graphql.is_mutation)
