"""A CURRENT holder cannot pass for DEPARTING, through any argument, id or mutation.

The entry points are read from the schema, so that new ones are tested automatically.
"""

# graphql-core leaves the element type of its lists open.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_leaf_type,
)
from jiebang_client.documents import (
    CONFIRM_MANUAL_STEP,
    REQUEST_ACTIONS,
    RETRY_ACTION,
    WITHDRAW_RENEWAL,
)
from tests.e2e.conftest import Service

from jiebang.gateway.domain.caller import Holder
from jiebang.gateway.domain.tenure import Departing, today
from jiebang.schema.schema import print_schema

ACTIVATED = today() - timedelta(days=120)
FORGED = f'{{departing: {{activatedOn: "{ACTIVATED.isoformat()}"}}}}'


def schema() -> GraphQLSchema:
    sdl = print_schema()
    return build_schema(sdl, assume_valid_sdl=True, assume_valid=True)


def root_fields() -> list[tuple[str, str, GraphQLField]]:
    """Yield operation, name and definition of every root field."""
    built = schema()
    found: list[tuple[str, str, GraphQLField]] = []
    for operation, root in (
        ("query", built.query_type),
        ("mutation", built.mutation_type),
        ("subscription", built.subscription_type),
    ):
        assert isinstance(root, GraphQLObjectType)
        found += [
            (operation, name, each)
            for name, each in root.fields.items()
            if not name.startswith("_")
        ]
    return found


def tenure_fields() -> list[tuple[str, str, GraphQLField]]:
    """Yield those that take a tenure, as an argument or inside their input."""
    return [one for one in root_fields() if "tenure" in _parameters(one[2])]


def _parameters(field: GraphQLField) -> dict[str, GraphQLArgument | GraphQLInputField]:
    inputs = field.args.get("input")
    if inputs is None:
        return dict(field.args)
    kind = get_named_type(inputs.type)
    assert isinstance(kind, GraphQLInputObjectType)
    return dict(kind.fields)


def _argument_value(name: str, given: GraphQLArgument | GraphQLInputField, ids: list[str]) -> str:
    if name == "tenure":
        return FORGED
    if name == "accountIds":
        return "[" + ", ".join(f'"{one}"' for one in ids) + "]"
    named = get_named_type(given.type)
    return {"ActionKind": "UNBIND", "Date": f'"{ACTIVATED.isoformat()}"'}.get(
        named.name, f'"{uuid.uuid4()}"'
    )


def forged_document(operation: str, name: str, field: GraphQLField, ids: list[str]) -> str:
    """Build the smallest document that claims a DEPARTING tenure there."""
    wanted = {
        each: given
        for each, given in _parameters(field).items()
        if each == "tenure" or isinstance(given.type, GraphQLNonNull)
    }
    values = ", ".join(
        f"{each}: {_argument_value(each, given, ids)}" for each, given in wanted.items()
    )
    arguments = f"input: {{{values}}}" if "input" in field.args else values
    kind = get_named_type(field.type)
    leaf = "__typename"
    if isinstance(kind, GraphQLObjectType):
        leaf = next(
            (n for n, f in kind.fields.items() if is_leaf_type(get_named_type(f.type))), leaf
        )
    return f"{operation} Forged {{ {name}({arguments}) {{ {leaf} }} }}"


def test_these_are_all_the_ways_to_name_a_tenure() -> None:
    assert {name for _, name, _ in tenure_fields()} == {
        *("registeredAccounts", "registeredAccountsProgress", "recyclingVerdict"),
        *("startRenewal", "unbindAccounts", "requestActions"),
    }


@pytest.mark.parametrize("name", [name for _, name, _ in tenure_fields()])
async def test_the_tenure_argument_is_not_a_holders(service: Service, name: str) -> None:
    operation, _, field = next(one for one in tenure_fields() if one[1] == name)
    token = service.holder_token("new_holder")
    ids = await service.eligible_ids(token, platforms=["tiandian", "yunpan"])
    headers = {"Accept": "text/event-stream"} if operation == "subscription" else None
    body = {"query": forged_document(operation, name, field, ids)}
    if headers:
        sent = {"Authorization": f"Bearer {token}", **headers}
        async with service.session.post(f"{service.url}/graphql", json=body, headers=sent) as reply:
            said = await reply.text()
    else:
        _, answer = await service.post(token, body)
        said = str(answer)
    assert "TENURE_NOT_YOURS" in said, said
    assert "PERMISSION_DENIED" in said
    assert (await service.inspect("effects"))["count"] == 0


async def test_ids_of_a_departing_answer_do_not_open_for_a_current_holder(
    service: Service,
) -> None:
    number = service.stories["new_holder"].holder.number
    departing = service.token(Holder(number=number, tenure=Departing(activated_on=ACTIVATED)))
    ids = await service.eligible_ids(departing, platforms=["tiandian", "yunpan"])
    current = service.holder_token("new_holder")
    for kind in ("UNBIND", "LOCK_ACCOUNT", "CEASE_CONTACT"):
        given = {"kind": kind, "accountIds": ids[:1], "idempotencyKey": kind}
        data = await service.ask(current, REQUEST_ACTIONS, input=given)
        assert data["requestActions"]["reason"] == "ACCOUNT_ID_INVALID"
    assert (await service.unbind(current, ids[:1]))["reason"] == "ACCOUNT_ID_INVALID"


async def test_what_was_bound_after_activation_cannot_be_ordered(service: Service) -> None:
    token = service.holder_token("new_holder")
    answer = await service.lookup(token, platforms=["leshop"])
    own = next(
        one for one in answer["platforms"][0]["accounts"] if one["relation"] == "AFTER_ACTIVATION"
    )
    assert own["offers"] == []
    refused = await service.unbind(token, [own["id"]])
    assert refused["reason"] == "ACCOUNT_NOT_ELIGIBLE"


async def test_a_departing_renewal_is_out_of_reach_of_the_next_holder(service: Service) -> None:
    number = service.stories["new_holder"].holder.number
    departing = service.token(Holder(number=number, tenure=Departing(activated_on=ACTIVATED)))
    accepted = await service.start(departing, platforms=["xuexi", "yunpan"])
    renewal = accepted["renewal"]
    current = service.holder_token("new_holder")
    unknown = {"RENEWAL_UNKNOWN", "ACTION_UNKNOWN", "STEP_UNKNOWN"}
    inquiry = renewal["inquiries"][0]["id"]
    read = await service.run(current, "renewal", id=renewal["id"])
    assert read["errors"][0]["extensions"]["reason"] in unknown
    refused = [
        *(await service.ask(current, WITHDRAW_RENEWAL, input={"id": renewal["id"]})).values(),
        *(await service.ask(current, RETRY_ACTION, input={"id": inquiry})).values(),
        *(await service.ask(current, CONFIRM_MANUAL_STEP, input={"inquiryId": inquiry})).values(),
    ]
    assert {one["__typename"] for one in refused} == {"Refused"}
    assert {one["reason"] for one in refused} <= unknown
    _, listed = await service.post(current, {"query": "{ renewals { edges { node { id } } } }"})
    assert listed["data"]["renewals"]["edges"] == []


async def test_a_holder_cannot_list_renewals_of_another_number(service: Service) -> None:
    query = "query ($number: String) { renewals(number: $number) { edges { node { number } } } }"
    token = service.holder_token("new_holder")
    for number, reason in (("13900001000", "NUMBER_NOT_YOURS"), ("zzz", "NUMBER_MALFORMED")):
        _, answer = await service.post(token, {"query": query, "variables": {"number": number}})
        assert answer["errors"][0]["extensions"]["reason"] == reason


async def test_a_former_holder_cannot_tell_by_coarse_dates_whether_others_hold_accounts(
    service: Service,
) -> None:
    tenure = {"former": {"heldFrom": "2021-06-03", "heldUntil": "2024-05-08"}}
    seen: list[list[str]] = []
    for number in ("13900000003", "13811112222"):
        answer = await service.lookup(service.token(), number=number, tenure=tenure)
        named = {one["platform"]["id"]: one["outcome"] for one in answer["platforms"]}
        seen.append([named[name] for name in ("dabo", "meiwei", "taoshi", "kuaixiu", "xuexi")])
    assert seen[0] == seen[1] == ["UNKNOWN"] * 5
